// A text with its looks: Squire in the place of the plain field. Only compose pages load this, and Squire with it. What is
// posted is cleaned by the server as any stranger's mail is; what is done here keeps the person's own page whole meanwhile.

const TAGS = new Set(('A B STRONG I EM U S STRIKE DEL SUB SUP BR DIV P SPAN UL OL LI BLOCKQUOTE PRE CODE H1 H2 H3 H4 H5 H6 HR IMG '
  + 'TABLE THEAD TBODY TFOOT TR TD TH').split(' '));
const GONE = new Set('SCRIPT STYLE TEMPLATE SVG MATH IFRAME OBJECT EMBED NOSCRIPT TITLE HEAD SELECT TEXTAREA BUTTON AUDIO VIDEO'.split(' '));
const STYLES = ['color', 'background-color', 'text-align', 'font-family', 'font-size', 'font-weight', 'font-style', 'text-decoration-line'];
const CLASSES = new Set(['color', 'highlight', 'font', 'size']);
const BOOKMARK = /^squire-selection-(start|end)$/;

// Looks by the object model alone: the page's policy lets no style in markup take effect, and reports each. So markup that is
// parsed has its styles under another name, and whoever sets the attribute sets the looks.
const undressed = (html) => html.replace(/<[a-z][^>]*>/gi, (tag) => tag.replace(/(\s)style(\s*=)/gi, '$1data-style$2'));
const dress_again = (root) => {
  for (const one of root.querySelectorAll('[data-style]')) {
    one.style.cssText = one.dataset.style;
    delete one.dataset.style;
  }
};
const { setAttribute } = Element.prototype;
function by_model(name, value) {
  if (name === 'style' && this.style) this.style.cssText = value;
  else setAttribute.call(this, name, value);
}

function dress(element, style) {
  const probe = document.createElement('span');
  probe.style.cssText = style;
  for (const name of STYLES) {
    const value = probe.style.getPropertyValue(name);
    if (value && !/url|expression|var\(/i.test(value)) element.style.setProperty(name, value);
  }
}

const leads = (address) => /^(https?:\/\/|mailto:|tel:)/i.test(address.trim());
// What a link leads to in a message: one to our composer, as letters have that are read here, leads to a mail address there.
function target(href) {
  const url = URL.canParse(href, location.href) ? new URL(href, location.href) : null;
  const mailto = url?.origin === location.origin ? url.searchParams.get('mailto') : null;
  return mailto ?? href;
}
// What the text calls a picture, and where the page finds it: `pictures` has the address for a name.
function picture(made, address, pictures) {
  const name = address.match(/^cid:(.+)$/i)?.[1];
  if (name) made.dataset.cid = name;
  const place = name ? pictures[name] : address;
  if (place) made.setAttribute('src', place);
  return made;
}
const isPicture = (address, pictures) => /^(cid:|data:image\/(png|jpeg|gif|webp);base64,)/i.test(address)
  || Object.values(pictures).includes(address);

// A node of ours for a node of anybody's: what is not known is unwrapped or left out.
function copy(node, into, pictures) {
  for (const child of node.childNodes) {
    if (child.nodeType === Node.TEXT_NODE) into.append(child.data);
    if (child.nodeType !== Node.ELEMENT_NODE) continue;
    const name = child.nodeName.toUpperCase();
    if (GONE.has(name)) continue;
    if (name === 'INPUT' && BOOKMARK.test(child.id)) {
      const mark = document.createElement('input');
      [mark.id, mark.type] = [child.id, 'hidden'];
      into.append(mark);
      continue;
    }
    if (!TAGS.has(name) || (name === 'IMG' && !isPicture(child.getAttribute('src') || '', pictures))) {
      copy(child, into, pictures);
      continue;
    }
    const made = document.createElement(name);
    const href = target(child.getAttribute('href') ?? '');
    if (name === 'A' && leads(href)) made.setAttribute('href', href);
    for (const attribute of ['dir', 'alt', 'width', 'height', 'colspan', 'rowspan']) {
      if (child.hasAttribute(attribute)) made.setAttribute(attribute, child.getAttribute(attribute));
    }
    if (name === 'IMG') {
      const [src, cid] = [child.getAttribute('src'), child.dataset.cid];
      picture(made, src, pictures);
      if (cid) made.dataset.cid = cid;
    }
    if (name === 'BLOCKQUOTE' && child.getAttribute('type') === 'cite') made.setAttribute('type', 'cite');
    const classes = [...child.classList].filter((one) => CLASSES.has(one));
    if (classes.length) made.className = classes.join(' ');
    const style = child.dataset?.style ?? child.getAttribute('style');
    if (style) dress(made, style);
    copy(child, made, pictures);
    into.append(made);
  }
  return into;
}

// Trusted Types: what anybody here makes markup of goes through `copy` first, Squire's undo too.
function guard(pictures) {
  const types = window.trustedTypes;
  const inert = types?.createPolicy('fernpost-write', { createHTML: (text) => text });
  const clean = (html) => {
    const text = inert ? inert.createHTML(undressed(html)) : undressed(html);
    return copy(new DOMParser().parseFromString(text, 'text/html').body, document.createDocumentFragment(), pictures);
  };
  types?.createPolicy('default', {
    createHTML: (html) => {
      const box = document.createElement('div');
      box.append(clean(html));
      return undressed(box.innerHTML);
    },
  });
  return clean;
}

// Plain text of what is in the editor, for a field that is read if the looks are left out.
export function plain(node, depth = 0) {
  const lines = [''];
  const mark = depth ? `${'>'.repeat(depth)} ` : '';
  const text = (words) => {
    lines[lines.length - 1] += words;
  };
  const walk = (inner) => {
    for (const child of inner.childNodes) {
      const name = child.nodeName;
      if (child.nodeType === Node.TEXT_NODE) text(child.data.replace(/[\u200b\n]+/g, ''));
      else if (name === 'BR') lines.push('');
      else if (name === 'BLOCKQUOTE') {
        if (lines.at(-1)) lines.push('');
        lines.splice(-1, 1, ...plain(child, depth + 1).split('\n'), '');
      } else if (/^(DIV|P|LI|UL|OL|PRE|H[1-6]|TR|TABLE|HR)$/.test(name)) {
        if (lines.at(-1)) lines.push('');
        if (name === 'LI') text(child.parentNode.nodeName === 'OL' ? `${[...child.parentNode.children].indexOf(child) + 1}. ` : '- ');
        if (name === 'HR') text('---');
        const before = lines.length;
        walk(child);
        if (lines.length > before && !lines.at(-1) && child.lastChild?.nodeName === 'BR') lines.pop();
        lines.push('');
      } else if (name === 'A' && child.textContent !== child.href && leads(child.getAttribute('href') || '')) {
        text(child.textContent);
        if (!child.href.includes(child.textContent.trim())) text(` <${child.getAttribute('href')}>`);
      } else walk(child);
    }
  };
  walk(node);
  while (lines.length > 1 && !lines.at(-1)) lines.pop();
  if (depth) return lines.map((line) => (line.startsWith('>') ? `>${line}` : mark + line).trimEnd()).join('\n');
  // the mark of a signature ends in a blank (RFC 3676 4.3), which no editor keeps at the end of a line
  return lines.map((line) => (line === '--' ? '-- ' : line)).join('\n');
}

// Plain text as paragraphs and quotes.
export function laid_out(text) {
  const root = document.createDocumentFragment();
  const open = [root];
  for (const line of text.split('\n')) {
    const [marks] = line.match(/^(>\s?)*/);
    const depth = (marks.match(/>/g) || []).length;
    while (open.length - 1 > depth) open.pop();
    while (open.length - 1 < depth) {
      const quote = document.createElement('blockquote');
      open.at(-1).append(quote);
      open.push(quote);
    }
    const block = document.createElement('div');
    const words = line.slice(marks.length);
    block.append(words || document.createElement('br'));
    open.at(-1).append(block);
  }
  return root;
}

// Where these whole lines stand in a text, the last time before `end`; -1 where somebody changed them.
function last_of(lines, text, end) {
  for (let at = text.lastIndexOf(lines, end - lines.length); at >= 0; at = at ? text.lastIndexOf(lines, at - 1) : -1) {
    const after = at + lines.length;
    if (after <= end && (!at || text[at - 1] === '\n') && (after === text.length || text[after] === '\n')) return at;
  }
  return -1;
}

// Plain text as paragraphs, but for pieces that the server says the looks of: a quote, a signature.
function laid_out_with(text, pieces, clean) {
  const parts = [];
  let end = text.length;
  for (const piece of [...pieces].reverse()) {
    const lines = piece.text.replace(/\n+$/, '');
    const at = lines ? last_of(lines, text, end) : -1;
    if (at < 0) continue;
    if (at + lines.length < end) parts.unshift(laid_out(text.slice(at + lines.length + 1, end)));
    parts.unshift(clean(piece.html));
    end = Math.max(at - 1, 0);
    if (!at) return joined(parts);
  }
  return joined([laid_out(text.slice(0, end)), ...parts]);
}
function joined(parts) {
  const root = document.createDocumentFragment();
  root.append(...parts);
  return root;
}

const markup = (fragment) => {
  const box = document.createElement('div');
  box.append(fragment);
  return box.innerHTML;
};

// The blocks of the text that say just these lines: the last of all below its mark, else the only ones.
function standing(root, words) {
  const wanted = words.split('\n');
  const lines = [...root.childNodes].flatMap((block) => plain({ childNodes: [block] }).split('\n').map((line) => ({ line, block })));
  while (lines.length && !lines.at(-1).line.trim()) lines.pop();
  const fits = (at) => wanted.every((line, n) => lines[at + n]?.line.trimEnd() === line.trimEnd())
    && lines[at - 1]?.block !== lines[at].block && lines[at + wanted.length]?.block !== lines[at + wanted.length - 1].block;
  const end = lines.length - wanted.length;
  const marked = end > 0 && lines[end - 1].line === '-- ' && fits(end);
  const places = marked ? [end] : lines.map((_, from) => from).filter(fits);
  if (places.length !== 1) return null;
  const [at] = places;
  const blocks = [...new Set(lines.slice(at, at + wanted.length).map(({ block }) => block))];
  return { blocks, mark: marked ? lines[end - 1].block : null };
}

// Another writer chosen: what came with the one before and nobody touched goes with them, as the server does it where there are no
// scripts (writer_change.rs). The language of the text is the writer's too.
function follow_writer(form, sign) {
  const select = form.elements.namedItem('from');
  const field = (name) => form.elements.namedItem(name);
  const filled = field('filled_for');
  const wishes = (id) => [...select.options].find((option) => option.value === id)?.dataset;
  const MARK = '\n-- \n';

  const signed = (text, before, now) => {
    if (before === now) return text;
    const end = text.replace(/\n+$/, '');
    if (!before) return `${end}\n${MARK}${now}`;
    if (end.endsWith(MARK + before)) {
      const above = end.slice(0, -(MARK + before).length);
      return now ? above + MARK + now : above.replace(/\n$/, '');
    }
    const places = [];
    for (let at = text.indexOf(before); at >= 0; at = text.indexOf(before, at + 1)) {
      const [above, below] = [text.slice(0, at), text.slice(at + before.length)];
      if ((!above || above.endsWith('\n')) && (!below || below.startsWith('\n'))) places.push([above, below]);
    }
    if (places.length !== 1) return text; // which of several was typed nobody can tell
    const [[above, below]] = places;
    return now ? above + now + below : above + below.replace(/^\n\n/, '');
  };

  select.addEventListener('change', () => {
    const [before, now] = [wishes(filled.value.replace('-', '')), wishes(select.value)];
    const [reply, bcc, text] = ['reply_to', 'bcc', 'text'].map(field);
    // a copy to oneself that was taken away is not wanted from another address either
    const unwanted = filled.value.endsWith('-') || (before?.copy && !bcc.value.includes(before.copy));
    filled.value = select.value + (unwanted ? '-' : '');
    if (!before || !now) return;
    if (reply.value.trim() === before.replyTo) reply.value = now.replyTo;
    if (!unwanted && (before.copy || !bcc.value.includes(now.copy))) {
      const rest = bcc.value.split(before.copy || '\n').map((piece) => piece.replace(/^[\s,]+|[\s,]+$/g, ''));
      bcc.value = [now.copy, ...rest].filter(Boolean).join(', ');
    }
    const more = form.querySelector('.compose__more');
    more.open ||= Boolean(reply.value || bcc.value);
    if (now.language) text.lang = now.language;
    else text.removeAttribute('lang');
    const change = { before: before.signature, now: now.signature, looks: now.looks };
    // in a text with looks the editor exchanges it, and writes the plain one from there
    if (!sign(change)) text.value = signed(text.value, change.before, change.now);
    form.dispatchEvent(new Event('input', { bubbles: true }));
  });
}

export function rich_text(box, Squire) {
  const form = box.closest('form');
  const field = box.querySelector('textarea');
  const html = form.elements.namedItem('html');
  const tools = box.querySelector('.compose__tools');
  const link = box.querySelector('.compose__link');
  const chooser = tools.querySelector('.compose__picture');
  // a signature has no pictures: they would have to go along with each message
  if (!box.dataset.pictures) for (const one of [chooser, tools.querySelector('[data-format=picture]')]) one.remove();
  const formats = [...tools.querySelectorAll('input[name=format]')];
  const { start } = box.dataset;
  const pieces = JSON.parse(box.dataset.looks || '[]');
  const clean = guard(JSON.parse(box.dataset.pictures || '{}'));
  form.elements.namedItem('looks_of')?.remove(); // what is posted from here on is what a script says
  let before = { text: null };
  // Whether a person is at the text. What the editor does to it until then, to have it its own way, is no change of theirs.
  let touched = false;
  let words;
  const touch = () => { touched = true; };
  const settle = () => {
    // what changes the words is a change, by whatever it comes
    touched ||= words !== undefined && words !== field.value;
    if (touched) return;
    words = field.value;
    form.dispatchEvent(new Event('settled'));
  };
  const page = document.createElement('div');
  page.className = 'compose__body compose__rich';
  page.setAttribute('role', 'textbox');
  page.setAttribute('aria-multiline', 'true');
  page.setAttribute('aria-label', field.labels[0].textContent);
  page.lang = field.lang;
  page.dir = 'auto';
  let editor;

  Element.prototype.setAttribute = by_model;
  new MutationObserver(() => dress_again(page)).observe(page, { subtree: true, childList: true });

  const isRich = () => !page.hidden && page.isConnected;
  const write = () => {
    if (!isRich()) return;
    // in the message a picture has its name, not the place where this page found it; in a document that loads nothing
    const out = document.implementation.createHTMLDocument('').body;
    out.append(clean(editor.getHTML()));
    for (const one of out.querySelectorAll('img[data-cid]')) one.setAttribute('src', `cid:${one.dataset.cid}`);
    for (const one of out.querySelectorAll('[data-cid]')) delete one.dataset.cid;
    html.value = out.innerHTML;
    field.value = plain(editor.getRoot());
  };
  const inside = (path, name) => new RegExp(`(^|>)${name}(\\.|>|$|\\[)`).test(path);
  const shown = {
    bold: () => editor.hasFormat('B'), italic: () => editor.hasFormat('I'), underline: () => editor.hasFormat('U'),
    strike: () => editor.hasFormat('S'), link: () => editor.hasFormat('A'), list: () => inside(editor.getPath(), 'UL'),
    numbers: () => inside(editor.getPath(), 'OL'), quote: () => inside(editor.getPath(), 'BLOCKQUOTE'),
  };
  const acts = {
    bold: (on) => (on ? editor.removeBold() : editor.bold()),
    italic: (on) => (on ? editor.removeItalic() : editor.italic()),
    underline: (on) => (on ? editor.removeUnderline() : editor.underline()),
    strike: (on) => (on ? editor.removeStrikethrough() : editor.strikethrough()),
    list: (on) => (on ? editor.removeList() : editor.makeUnorderedList()),
    numbers: (on) => (on ? editor.removeList() : editor.makeOrderedList()),
    quote: (on) => (on ? editor.decreaseQuoteLevel() : editor.increaseQuoteLevel()),
    picture: () => chooser.click(),
    clear: () => editor.removeAllFormatting(),
    undo: () => editor.undo(),
    redo: () => editor.redo(),
    link: (on) => {
      link.hidden = false;
      const address = link.querySelector('input');
      const a = editor.getSelection().startContainer.parentElement?.closest('a');
      address.value = on && a ? a.getAttribute('href') : '';
      address.focus();
    },
  };
  const refresh = () => {
    for (const button of tools.querySelectorAll('[data-format]')) {
      const is = shown[button.dataset.format];
      if (is) button.setAttribute('aria-pressed', String(is()));
    }
  };
  const begin = () => {
    if (editor) return;
    field.after(page);
    editor = new Squire(page, { sanitizeToDOMFragment: clean, blockTag: 'DIV' });
    editor.addEventListener('pathChange', refresh);
    editor.addEventListener('input', () => {
      write();
      settle();
      field.dispatchEvent(new Event('input', { bubbles: true }));
    });
    page.addEventListener('beforeinput', touch);
    // keys that Squire answers itself
    page.addEventListener('keydown', (event) => { if (event.defaultPrevented) touch(); });
    page.addEventListener('blur', () => field.dispatchEvent(new Event('change', { bubbles: true })));
  };
  // One stop for Tab, as a toolbar has; arrows go on from there (ARIA APG, "toolbar").
  const stops = [...tools.querySelectorAll('[data-format]')];
  const stop = (here) => stops.forEach((one) => { one.tabIndex = one === here ? 0 : -1; });
  stop(stops[0]);
  tools.addEventListener('focusin', (event) => { if (stops.includes(event.target)) stop(event.target); });
  tools.addEventListener('keydown', (event) => {
    const at = stops.indexOf(event.target);
    const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: stops.length - 1 }[event.key];
    if (at < 0 || to === undefined) return;
    event.preventDefault();
    stops[(to + stops.length) % stops.length].focus();
  });
  const offer = (rich) => {
    for (const one of tools.querySelectorAll('button[data-format], label.compose__tool')) one.hidden = !rich;
    link.hidden = true;
  };
  // Which of the two is there; what stands in the other goes along.
  const show = (rich) => {
    offer(rich);
    if (rich === isRich()) return;
    if (rich) {
      begin();
      const looks = before.text === field.value ? before.html : html.value;
      const fits = looks && (before.text === field.value || plain(clean(looks)) === field.value);
      editor.setHTML(fits ? looks : markup(laid_out_with(field.value, pieces, clean)));
      page.hidden = false;
      write();
      settle(); // before the focus leaves the field: that is when drafts are saved
      // or would have had the focus, had the page been ready before this
      const waits = field.autofocus && document.activeElement === document.body;
      if (waits || document.activeElement === field) editor.focus();
    } else {
      write();
      before = { text: field.value, html: html.value };
      html.value = '';
      page.hidden = true;
    }
    field.hidden = rich;
  };

  for (const name of ['paste', 'cut', 'drop']) box.addEventListener(name, touch, true);
  for (const part of [tools, link]) for (const name of ['click', 'change']) part.addEventListener(name, touch, true);
  tools.addEventListener('mousedown', (event) => {
    if (event.target.closest('button')) event.preventDefault(); // the text keeps its selection
  });
  tools.addEventListener('click', (event) => {
    const button = event.target.closest('[data-format]');
    if (!button || button.matches('input')) return;
    const { format } = button.dataset;
    acts[format](shown[format]?.());
    if (format !== 'link' && format !== 'picture') editor.focus();
    refresh();
  });
  tools.addEventListener('change', (event) => {
    const { format } = event.target.dataset;
    if (event.target.name === 'format') {
      show(event.target.value === 'rich');
      localStorage.setItem('fernpost format', event.target.value);
      field.dispatchEvent(new Event('input', { bubbles: true }));
    }
    else if (format === 'colour') editor.setTextColor(event.target.value).focus();
    else if (format === 'highlight') editor.setHighlightColor(event.target.value).focus();
    else if (format === 'align') editor.setTextAlignment(event.target.value).focus();
  });
  link.addEventListener('click', (event) => {
    const button = event.target.closest('button');
    if (!button) return;
    const address = link.querySelector('input').value.trim();
    const full = leads(address) || !address ? address : `https://${address}`;
    if (button.value === 'set' && full) editor.makeLink(full);
    else editor.removeLink();
    link.hidden = true;
    editor.focus();
  });
  link.addEventListener('keydown', (event) => {
    if (event.key === 'Escape') [link.hidden] = [true, editor.focus()];
    if (event.key !== 'Enter') return;
    event.preventDefault(); // Enter means this address, not "Send"
    link.querySelector('[value=set]').click();
  });
  // Pictures that are chosen, pasted or dropped into the text stand there, and go along as files.
  const is_picture = (file) => /^image\/(png|jpeg|gif|webp)$/.test(file.type);
  const insert = (pictures) => {
    for (const file of pictures) {
      const cid = `${crypto.getRandomValues(new Uint32Array(4)).join('.')}@picture.invalid`;
      const reader = new FileReader();
      reader.addEventListener('load', () => {
        editor.insertImage(reader.result, { 'data-cid': cid, alt: file.name });
        form.dispatchEvent(new CustomEvent('picture', { detail: { file, cid } }));
        write();
      });
      reader.readAsDataURL(file);
    }
  };
  const show_pictures = (event, files) => {
    if (!box.dataset.pictures || !isRich() || !files.length || ![...files].every(is_picture)) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    insert(files);
  };
  chooser.addEventListener('change', () => {
    const files = [...chooser.files];
    chooser.value = '';
    insert(files.filter(is_picture));
    // what no text shows goes along all the same
    for (const file of files) if (!is_picture(file)) form.dispatchEvent(new CustomEvent('picture', { detail: { file } }));
    editor.focus();
  });
  box.addEventListener('paste', (event) => show_pictures(event, event.clipboardData.files), true);
  box.addEventListener('drop', (event) => show_pictures(event, event.dataTransfer.files), true);
  form.addEventListener('submit', () => {
    write();
    settle();
  }, true);

  // Another signature in the place of this one, where nobody changed it.
  const sign = ({ before, now, looks }) => {
    page.lang = field.lang;
    const at = before ? pieces.findIndex((piece) => piece.text.trimEnd() === before) : -1;
    pieces.splice(at < 0 ? pieces.length : at, at < 0 ? 0 : 1, ...(looks ? [{ text: now, html: looks }] : []));
    if (!isRich()) return false;
    touch();
    const root = editor.getRoot();
    const place = before ? standing(root, before) : null;
    if (before === now || (before && !place)) return true;
    const fresh = document.createElement('div');
    fresh.append(looks ? clean(looks) : laid_out(now));
    editor.saveUndoState();
    editor.modifyDocument(() => {
      if (!place) root.append(laid_out('\n-- '), fresh);
      else if (now) place.blocks[0].before(fresh);
      else place.mark?.remove();
      for (const block of place?.blocks ?? []) block.remove();
    });
    write();
    return true;
  };
  if (form.elements.namedItem('filled_for')) follow_writer(form, sign);

  tools.hidden = false;
  // where nothing is written yet, as somebody liked it last; and what is answered in its own kind, if nobody said otherwise
  const [like, quotes] = [localStorage.getItem('fernpost format'), pieces.some(({ html: looks }) => looks.startsWith('<blockquote'))];
  const liked = !html.value && (quotes ? like !== 'plain' : like === 'rich' && !field.value.includes('\n>'));
  const first = liked ? 'rich' : start;
  for (const one of formats) one.checked = one.value === first;
  show(first === 'rich');
  settle();
}

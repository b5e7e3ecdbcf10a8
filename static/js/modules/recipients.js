// People below a field of addresses while one is typed: a combobox with a list (WAI-ARIA APG). The field stays a field of
// text with as many addresses as one likes: only the one at the cursor is looked for, and replaced by what is chosen.
import { fragment } from './fragment.js';

export function recipients(field) {
  const PAUSE = 120; // milliseconds without a key before the server is asked
  const line = field.parentElement;
  const status = document.createElement('span');
  let list; // while it is open
  let at = 0; // which of them Enter would take
  let sought = false; // whether somebody went there by an arrow key
  let timer;
  let question;

  // The address at the cursor, between commas that stand in no quotes.
  const entry = () => {
    const { value, selectionStart: cursor } = field;
    let [from, to, quoted] = [0, value.length, false];
    for (let n = 0; n < value.length; n += 1) {
      if (quoted && value[n] === '\\') n += 1;
      else if (value[n] === '"') quoted = !quoted;
      else if (!quoted && ',;'.includes(value[n])) {
        if (n >= cursor) {
          to = n;
          break;
        }
        from = n + 1;
      }
    }
    return { from, to, typed: value.slice(from, to).trim() };
  };
  const close = () => {
    question?.abort();
    clearTimeout(timer);
    list?.remove();
    list = undefined;
    status.textContent = '';
    field.setAttribute('aria-expanded', 'false');
    field.removeAttribute('aria-controls');
    field.removeAttribute('aria-activedescendant');
  };
  const go = (to) => {
    const all = [...list.children];
    at = (to + all.length) % all.length;
    all.forEach((option, n) => option.setAttribute('aria-selected', n === at));
    all[at].scrollIntoView({ block: 'nearest' });
    field.setAttribute('aria-activedescendant', all[at].id);
  };
  const open = (found) => {
    close();
    if (!found?.children.length) return;
    list = found;
    list.id = `${field.id}-suggestions`;
    [...list.children].forEach((option, n) => { option.id = `${list.id}-${n}`; });
    const start = document.dir === 'rtl' ? line.clientWidth - field.offsetLeft - field.offsetWidth : field.offsetLeft;
    list.style.insetInlineStart = `${start}px`;
    list.style.insetBlockStart = `${field.offsetTop + field.offsetHeight + 4}px`;
    list.style.maxInlineSize = `${field.offsetWidth}px`;
    // the focus stays in the field
    list.addEventListener('mousedown', (event) => event.preventDefault());
    list.addEventListener('click', (event) => {
      const option = event.target.closest('[role=option]');
      if (option) choose(option);
    });
    line.append(list);
    field.setAttribute('aria-expanded', 'true');
    field.setAttribute('aria-controls', list.id);
    status.textContent = list.dataset.status;
    sought = false;
    go(0);
  };
  const ask = async () => {
    const { typed } = entry();
    if (!typed || typed.endsWith('>')) return close();
    question = new AbortController();
    const { signal } = question;
    try {
      const answer = await fetch(`${field.dataset.suggest}?q=${encodeURIComponent(typed)}`, { signal });
      // somebody who was signed out is sent elsewhere; that is said when the form is sent
      const found = answer.ok && !answer.redirected ? fragment(await answer.text()) : null;
      if (!signal.aborted && document.activeElement === field) open(found);
    } catch {
      if (!signal.aborted) close(); // nobody answers: one types on
    }
  };
  const choose = (option) => {
    const { from, to } = entry();
    const rest = field.value.slice(to).replace(/^[,;\s]+/, '');
    const chosen = `${field.value.slice(0, from).trimEnd()}${from ? ' ' : ''}${option.dataset.value}, `;
    field.value = chosen + rest;
    field.setSelectionRange(chosen.length, chosen.length);
    field.scrollLeft = field.scrollWidth;
    close();
    field.dispatchEvent(new Event('input', { bubbles: true }));
  };
  // A name has to become an address; an address that was typed to its end is not replaced by another one that begins alike.
  const takes = () => sought || !/@[^@\s]+\.[^@\s.]+$/.test(entry().typed);

  field.setAttribute('role', 'combobox');
  field.setAttribute('aria-autocomplete', 'list');
  field.setAttribute('autocomplete', 'off');
  line.classList.add('suggestions-at');
  status.className = 'visually-hidden';
  status.setAttribute('role', 'status');
  line.append(status);
  close();

  // an answer to what stood there before comes too late
  const ask_soon = () => {
    question?.abort();
    clearTimeout(timer);
    sought = false;
    timer = setTimeout(ask, PAUSE);
  };
  field.addEventListener('input', (event) => {
    if (!event.isComposing) ask_soon();
  });
  field.addEventListener('compositionend', ask_soon);
  field.addEventListener('blur', close);
  field.addEventListener('keydown', (event) => {
    const { key } = event;
    if (event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
    if (!list) {
      if (key === 'ArrowDown' && entry().typed) {
        event.preventDefault();
        question?.abort();
        ask();
      }
      return;
    }
    const option = list.children[at];
    if (key === 'ArrowDown' || key === 'ArrowUp') {
      go(at + (key === 'ArrowDown' ? 1 : -1));
      sought = true;
    } else if (key === 'Escape') close();
    else if (key === 'Enter') takes() ? choose(option) : close();
    else if (key === 'Tab') {
      // the focus goes on, whoever is chosen
      if (!event.shiftKey && takes()) choose(option);
      return;
    } else if (',;'.includes(key) && takes()) choose(option);
    else return;
    event.preventDefault();
    event.stopPropagation();
  });
}

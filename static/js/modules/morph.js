// Makes an element equal to a newer one and touches only what differs, so that what a person did to it stays: focus, checked
// boxes, typed text, scrolling, open menus, frames. What has an id is found again by it, wherever it stands now; what has
// none by what it holds and by its place. `next` is used up.
export function morph(root, next) {
  const known = new Map([root, ...root.querySelectorAll('[id]')].map((one) => [one.id, one]));
  const inner = (node) => [...(node.querySelectorAll?.('[id]') ?? [])].map((one) => one.id);
  const coming = new Set([next.id, ...inner(next)]);
  const needed = (node) => (node.id && coming.has(node.id)) || inner(node).some((id) => coming.has(id));
  // put in by a script: not the server's to take away
  const own = (node) => Boolean(node.classList?.contains('js-own'));

  const alike = (node, wanted, ids) =>
    node.nodeName === wanted.nodeName && !node.id && !own(node) &&
    node.classList?.[0] === wanted.classList?.[0] && node.dataset?.module === wanted.dataset?.module &&
    (ids.length ? ids.some((id) => node.contains(known.get(id) ?? null)) : !node.querySelector?.('[id]'));
  const find = (cursor, wanted) => {
    if (wanted.id) {
      const one = known.get(wanted.id);
      return one?.nodeName === wanted.nodeName ? one : null;
    }
    const ids = inner(wanted);
    let node = cursor;
    while (node && !alike(node, wanted, ids)) node = node.nextSibling;
    return node;
  };
  // Brings `node` to the cursor: by taking away what nobody needs any more, else by moving it.
  const bring = (parent, node, cursor) => {
    const between = [];
    for (let one = cursor; one && one !== node; one = one.nextSibling) between.push(one);
    const ahead = node.parentNode === parent && between.at(-1)?.nextSibling === node;
    if (ahead && !between.some((one) => needed(one) || own(one))) {
      for (const one of between) one.remove();
    } else if (parent.moveBefore && node.isConnected) {
      parent.moveBefore(node, cursor);
    } else {
      parent.insertBefore(node, cursor);
    }
  };

  // Something new; what it holds may have been elsewhere.
  const put = (parent, wanted, cursor) => {
    const holds = inner(wanted).some((id) => known.has(id));
    const made = parent.insertBefore(holds ? wanted.cloneNode() : wanted, cursor);
    if (holds) children(made, wanted);
  };

  const children = (from, to) => {
    for (const one of [...from.children]) if (one.id && !coming.has(one.id) && !own(one)) one.remove();
    let cursor = from.firstChild;
    for (const wanted of [...to.childNodes]) {
      while (cursor && own(cursor)) cursor = cursor.nextSibling;
      const found = find(cursor, wanted);
      if (!found) {
        put(from, wanted, cursor);
        continue;
      }
      if (found !== cursor) bring(from, found, cursor);
      cursor = found.nextSibling;
      equal(found, wanted);
    }
    while (cursor) {
      const gone = cursor;
      cursor = cursor.nextSibling;
      if (!own(gone)) gone.remove();
    }
  };
  // what a person or a script changes is theirs
  const theirs = (name, element) =>
    name === 'open' || name === 'style' || name === 'checked' || name === 'selected' ||
    (name === 'value' && 'defaultValue' in element && element.type !== 'hidden' && element.value !== element.defaultValue);
  const attributes = (from, to) => {
    for (const { name } of [...from.attributes]) if (!to.hasAttribute(name) && !theirs(name, from)) from.removeAttribute(name);
    const states = [...from.classList].filter((name) => name.startsWith('js-'));
    for (const { name, value } of to.attributes) {
      if (from.getAttribute(name) !== value && !theirs(name, from)) from.setAttribute(name, value);
    }
    if (states.length) from.classList.add(...states);
  };
  const source = (one) => one.querySelector(':scope > iframe')?.getAttribute('src');
  const equal = (from, to) => {
    if (from.nodeType !== Node.ELEMENT_NODE) {
      if (from.data !== to.data) from.data = to.data;
    } else if (!from.isEqualNode(to) && !(source(to) && source(from) === source(to))) {
      attributes(from, to);
      children(from, to);
    }
  };

  const focused = document.activeElement;
  equal(root, next);
  // moved by a browser without moveBefore
  if (focused !== document.activeElement && focused?.isConnected) focused.focus({ preventScroll: true });
}

// A list that changes while it is open. Nobody there: it becomes what it is now. Somebody is at it (has scrolled, chosen or
// opened a menu): nothing moves; marks change in place, what left is struck out, and a bar says what waits until it is
// pressed. While a button is held down nothing changes at all.
import { morph } from './morph.js';
import { plural } from './plural.js';

export function list_news(body, show, say) {
  const { on, news, changed, gone: no_longer } = body.dataset;
  const by_arrival = !/[?&](page|sort|filter|q)=/.test(on);
  const pane = () => body.querySelector('.pane--list');
  const scroller = () => pane().querySelector('.pane__scroll');
  const rows = (root) => [...root.querySelectorAll('.message-row')];
  const uid = (row) => Number(row.id.slice(1));
  const row_of = (root, id) => root.querySelector(`#${CSS.escape(id)}`);
  const validity = (root) => root.querySelector('[name=uidvalidity]')?.value;
  let highest = Math.max(0, ...rows(body).map(uid));
  let waiting, fresh = new Set(), said = '', pressed = false, later = [];

  const busy = () => scroller()?.scrollTop > 0 || pane().querySelector('.checkbox:checked, details.menu[open]') !== null;
  addEventListener('pointerdown', (event) => { pressed = pane().contains(event.target); }, true);
  // a press is over when its click was
  for (const end of ['pointerup', 'pointercancel']) addEventListener(end, () => setTimeout(release), true);

  // The control that has the focus in a row that leaves: the same one in the next row that stays.
  const heir = (next) => {
    const focused = document.activeElement;
    const row = focused.closest('.message-row');
    if (!row || row_of(next, row.id)) return undefined;
    const all = rows(pane());
    const at = all.indexOf(row);
    const stays = [...all.slice(at + 1), ...all.slice(0, at).reverse()].find((one) => row_of(next, one.id));
    const control = ['checkbox', 'flag'].find((name) => focused.classList.contains(name)) ?? 'message-row__subject';
    return () => (stays?.querySelector(`.${control}`) ?? document.getElementById('main')).focus({ preventScroll: true });
  };
  const put_in = (next, anew = false) => {
    const focus = heir(next);
    if (anew) highest = 0;
    for (const row of rows(next)) highest = Math.max(highest, uid(row));
    waiting = undefined;
    fresh = new Set();
    said = '';
    pane().querySelector('.bar')?.remove();
    show(next, anew);
    focus?.();
  };
  const press = () => {
    const first = rows(waiting).find((row) => fresh.has(row.id))?.id;
    put_in(waiting);
    const row = first && row_of(pane(), first);
    if (row && scroller()) scroller().scrollTop = 0;
    (row?.querySelector('.message-row__subject') ?? scroller() ?? document.getElementById('main')).focus();
  };
  const bar = (text, icon) => {
    const bars = pane().querySelector('.bars');
    const top = scroller()?.getBoundingClientRect().top;
    const button = document.createElement('button');
    button.type = 'button';
    button.className = icon ? 'bar js-own' : 'bar bar--note js-own';
    button.append(...(icon ? [bars.querySelector('template').content.cloneNode(true)] : []), text);
    button.addEventListener('click', press);
    const had = bars.querySelector('.bar');
    if (had?.textContent === text) return;
    if (had) had.replaceWith(button);
    else bars.append(button);
    // the rows stay where they were on the screen
    if (top !== undefined) scroller().scrollTop += scroller().getBoundingClientRect().top - top;
  };
  const strike = (row) => {
    if (row.classList.contains('message-row--gone')) return;
    const box = row.querySelector('.checkbox');
    const flag = row.querySelector('.flag');
    if (box === document.activeElement || flag === document.activeElement) row.querySelector('.message-row__subject').focus({ preventScroll: true });
    row.classList.add('message-row--gone');
    box.checked = false;
    box.disabled = flag.disabled = true;
    const word = document.createElement('span');
    word.className = 'visually-hidden';
    word.textContent = `${no_longer} `;
    row.querySelector('.message-row__from').prepend(word);
  };

  const release = () => {
    pressed = false;
    for (const news of later.splice(0)) take(...news);
  };
  const take = (next, { gone = [], notice = '' }) => {
    if (pressed) {
      later.push([next, { gone, notice }]);
      return;
    }
    // another UIDVALIDITY: the same numbers are other messages
    const anew = validity(next) !== validity(pane());
    if (anew || !busy()) {
      put_in(next, anew);
      if (notice) say(notice);
      return;
    }
    waiting = next;
    said = notice || said;
    for (const part of ['.pane__head', '.pager']) {
      const newer = next.querySelector(part);
      if (newer) morph(pane().querySelector(part), newer.cloneNode(true));
    }
    const left = new Set(gone.map((number) => `m${number}`));
    let differs = false;
    for (const row of rows(pane())) {
      const newer = row_of(next, row.id);
      if (newer) morph(row, newer.cloneNode(true));
      else {
        differs = true;
        if (left.has(row.id)) strike(row);
      }
    }
    for (const row of rows(next)) {
      if (row_of(pane(), row.id)) continue;
      differs = true;
      if (by_arrival && uid(row) > highest) fresh.add(row.id);
    }
    for (const id of left) fresh.delete(id);
    if (fresh.size) bar(plural(news, fresh.size), true);
    else if (differs) bar(said || changed, false);
    else {
      waiting = undefined;
      pane().querySelector('.bar')?.remove();
    }
  };
  return take;
}

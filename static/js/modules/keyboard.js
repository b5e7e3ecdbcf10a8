// One letter, one action. Buttons and links name theirs in data-key; in a list the letters mean the row in focus.
// Never while somebody types, never with a modifier.
export function keyboard(page) {
  const rows = () => [...page.querySelectorAll('.message-row')];
  const current = () => document.activeElement.closest?.('.message-row');
  let waiting = '';

  const step = (by) => {
    const all = rows();
    const at = all.indexOf(current());
    const next = at < 0 ? 0 : Math.min(all.length - 1, Math.max(0, at + by));
    all[next]?.querySelector('.message-row__subject').focus();
  };
  const choose = (row) => {
    const box = row?.querySelector('.checkbox');
    if (box && !box.disabled) box.checked = !box.checked;
  };
  const in_list = {
    j: () => step(1),
    k: () => step(-1),
    o: () => current()?.querySelector('.message-row__subject').click(),
    x: () => choose(current()),
    s: () => current()?.querySelector('.flag').click(),
  };
  const press = (key) => {
    const target = page.querySelector(`[data-key="${CSS.escape(key)}"]`);
    if (!target || target.disabled) return false;
    const selection = target.closest('.selection');
    if (selection && !page.querySelector('.message-row .checkbox:checked')) {
      if (!current()) return false;
      choose(current());
    }
    if (target.matches('details')) {
      target.open = true;
      target.querySelector('.menu__panel button, .menu__panel a')?.focus();
    } else {
      target.click();
    }
    return true;
  };

  page.addEventListener('keydown', (event) => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (event.target.closest('input:not([type=checkbox]), textarea, select, [contenteditable]')) return;
    const { key } = event;
    let done = true;
    if (waiting === 'g' && key === 'i') location.assign(page.querySelector('.brand').href);
    else if (key === '?') document.getElementById('keyboard-help')?.togglePopover();
    else if (key === '/') page.querySelector('.search__input')?.focus();
    else if (rows().length && in_list[key]) in_list[key]();
    else if (key.length === 1 && key !== ' ') done = press(key);
    else done = false;
    waiting = key;
    if (done) event.preventDefault();
  });
}

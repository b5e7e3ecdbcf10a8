// "Choose all" and "Choose none" without asking the server; Shift and a press choose a range. Rows come and go while the
// page is open, so they are looked for when they are needed.
export function select_all(pane) {
  const boxes = () => [...pane.querySelectorAll('.message-row .checkbox:not(:disabled)')];
  let last;
  pane.addEventListener('click', (event) => {
    const link = event.target.closest('[data-select]');
    const box = event.target.closest('.message-row .checkbox');
    if (link) {
      event.preventDefault();
      const all = link.dataset.select === 'page' && !boxes().every((one) => one.checked);
      for (const one of boxes()) one.checked = all;
    } else if (box) {
      const ends = [boxes().indexOf(last), boxes().indexOf(box)].sort((a, b) => a - b);
      if (event.shiftKey && ends[0] >= 0) for (const one of boxes().slice(ends[0], ends[1] + 1)) one.checked = box.checked;
      last = box;
    }
  });
}

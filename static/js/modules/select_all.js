// "Choose all" and "Choose none" without asking the server; Shift and a press choose a range.
export function select_all(pane) {
  const boxes = [...pane.querySelectorAll('.message-row .checkbox')];
  for (const link of pane.querySelectorAll('[data-select]')) {
    link.addEventListener('click', (event) => {
      event.preventDefault();
      const all = link.dataset.select === 'page' && !boxes.every((box) => box.checked);
      for (const box of boxes) box.checked = all;
    });
  }
  let last = -1;
  boxes.forEach((box, at) => {
    box.addEventListener('click', (event) => {
      if (event.shiftKey && last >= 0) {
        const range = boxes.slice(Math.min(last, at), Math.max(last, at) + 1);
        for (const other of range) other.checked = box.checked;
      }
      last = at;
    });
  });
}

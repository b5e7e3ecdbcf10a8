// Says how many messages are chosen and what removing them frees, and chooses all of the page. Rows come and go while the
// page is open, so they are looked for when they are needed.
import { plural } from './plural.js';
import { size } from './size.js';

export function weigh(form) {
  const boxes = () => [...form.querySelectorAll('.table .checkbox')];
  const all = () => form.querySelector('[name=all]');
  const say = () => {
    const said = form.querySelector('.weigh');
    const chosen = all()?.checked ? [all()] : boxes().filter((one) => one.checked);
    const sum = (what) => chosen.reduce((sum, one) => sum + Number(one.dataset[what] ?? 1), 0);
    const frees = said.dataset.frees.replace('#', size(sum('octets')));
    said.textContent = chosen.length ? `${plural(said.dataset.chosen, sum('messages'))}, ${frees}` : said.dataset.none;
  };
  form.addEventListener('change', say);
  form.addEventListener('click', (event) => {
    if (!event.target.closest('[data-select]')) return;
    event.preventDefault();
    const on = !boxes().every((one) => one.checked);
    for (const one of boxes()) one.checked = on;
    say();
  });
  say();
}

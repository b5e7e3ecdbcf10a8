// Where a page offers looks for a text: what that takes is loaded only there. If it can't be had the text stays plain.
export function rich_text(box) {
  const { script, squire } = box.dataset;
  Promise.all([import(script), import(squire)]).then(([looks, { default: Squire }]) => looks.rich_text(box, Squire)).catch(() => {});
}

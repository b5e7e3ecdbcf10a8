// News that floats goes after ten seconds, but not from under a pointer or the focus.
export function flash(news) {
  if (!news.classList.contains('flash--toast')) return;
  let timer;
  const start = () => {
    timer = setTimeout(() => news.remove(), 10000);
  };
  const stop = () => clearTimeout(timer);
  for (const event of ['pointerenter', 'focusin']) news.addEventListener(event, stop);
  for (const event of ['pointerleave', 'focusout']) news.addEventListener(event, start);
  start();
}

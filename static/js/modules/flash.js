// News that floats goes after ten seconds, but not from under a pointer or the focus; while a message can still be taken
// back it stays longer.
export function flash(news) {
  if (!news.classList.contains('flash--toast')) return;
  const lasts = news.querySelector('form[action$="/outbox/cancel"]') ? 30000 : 10000;
  let timer;
  const start = () => {
    timer = setTimeout(() => news.remove(), lasts);
  };
  const stop = () => clearTimeout(timer);
  for (const event of ['pointerenter', 'focusin']) news.addEventListener(event, stop);
  for (const event of ['pointerleave', 'focusout']) news.addEventListener(event, start);
  start();
}

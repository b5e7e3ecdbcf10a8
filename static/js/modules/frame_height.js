// The frame becomes as tall as the letter in it, so that there is one scroll bar: the page's. What comes later, a picture
// above all, makes it taller.
export function frame_height(holder) {
  const frame = holder.querySelector('iframe');
  const scroller = holder.closest('.message__scroll');
  let width = 0, watched;
  const fit = () => {
    const letter = frame.contentDocument?.documentElement;
    if (!letter) return;
    const top = scroller?.scrollTop;
    holder.classList.add('message__frame--fitted');
    frame.style.blockSize = '0';
    const sideways = letter.scrollWidth > letter.clientWidth ? 18 : 0;
    frame.style.blockSize = `${letter.scrollHeight + sideways + 2}px`;
    if (scroller) scroller.scrollTop = top;
    width = frame.clientWidth;
  };
  const content = new ResizeObserver(fit);
  const loaded = () => {
    const body = frame.contentDocument?.body;
    if (!body || body === watched) return;
    if (watched) content.unobserve(watched);
    content.observe(watched = body);
    fit();
  };
  frame.addEventListener('load', loaded);
  if (frame.contentDocument?.readyState === 'complete') loaded();
  new ResizeObserver(() => {
    if (frame.clientWidth !== width) fit();
  }).observe(holder);
}

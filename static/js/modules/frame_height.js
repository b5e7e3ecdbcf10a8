// The frame becomes as tall as the letter in it, so that there is one scroll bar: the page's.
export function frame_height(holder) {
  const frame = holder.querySelector('iframe');
  const scroller = holder.closest('.message__scroll');
  let width = 0;
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
  frame.addEventListener('load', fit);
  if (frame.contentDocument?.readyState === 'complete') fit();
  new ResizeObserver(() => {
    if (frame.clientWidth !== width) fit();
  }).observe(holder);
}

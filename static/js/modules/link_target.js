// Where a link of the letter leads, said before it is followed. A pointer that hovers is told by the browser; the keyboard is
// told here, and so is a finger: its first touch tells, its second follows. A link whose text
// says it, where it can be seen, follows at once.
export function link_target(holder) {
  const frame = holder.querySelector('iframe');
  const line = document.createElement('p');
  line.className = 'link-target js-own';
  line.setAttribute('role', 'status');
  line.hidden = true;
  holder.append(line);

  const listen = () => {
    const letter = frame.contentDocument;
    if (!letter) return;
    // Some browsers run no listener in a frame without scripts: there the letter's own style tells.
    let runs = false;
    letter.addEventListener('fernpost', () => { runs = true; }, { once: true });
    letter.dispatchEvent(new Event('fernpost'));
    if (!runs) return;
    letter.documentElement.classList.add('told');
    let told = null;
    let finger = false;
    const linkOf = (event) => event.target.closest?.('a[href]');
    const tell = (link, more) => {
      const where = document.createElement('bdi');
      // a link to our composer is one to a mail address
      where.textContent = link.getAttribute('href').startsWith('/') ? link.title : link.href;
      line.replaceChildren(where, ...(more ? [` ${more}`] : []));
      line.hidden = false;
    };
    const hide = () => {
      told = null;
      line.hidden = true;
    };
    letter.addEventListener('pointerdown', (event) => { finger = event.pointerType === 'touch'; }, true);
    letter.addEventListener('click', (event) => {
      const link = linkOf(event);
      if (!link || !finger || link === told || link.innerText.includes(link.title)) {
        hide();
        return;
      }
      event.preventDefault();
      told = link;
      tell(link, holder.dataset.again);
    }, true);
    letter.addEventListener('focusin', (event) => {
      const link = linkOf(event);
      if (link && link.matches(':focus-visible') && !finger) tell(link);
    });
    letter.addEventListener('focusout', () => { if (!finger) hide(); });
  };
  frame.addEventListener('load', listen);
  if (frame.contentDocument?.readyState === 'complete' && frame.contentDocument.URL !== 'about:blank') listen();
}

// Draws an element as the server would draw it now, every so many seconds (data-renew), for as long as something is under
// way: what has come to its end has no such number any more. Without scripts the page loads itself anew instead.
import { fragment } from './fragment.js';
import { morph } from './morph.js';

export function renew(element, start) {
  const look = async () => {
    if (!element.isConnected || !element.dataset.renew) return;
    // nobody looks, or a button is held down: later
    if (!document.hidden && !element.matches(':active')) {
      try {
        const answer = await fetch(location.href);
        if (answer.redirected) return;
        const next = answer.ok && fragment(await answer.text()).ownerDocument.getElementById(element.id);
        if (next) {
          morph(element, next);
          start(document);
        }
      } catch {
        // the line is down, and perhaps up again a moment later
      }
    }
    later();
  };
  const later = () => setTimeout(look, element.dataset.renew * 1000);
  if (element.dataset.renew) later();
}

// Follows background work while it goes on: asks for the page again, and puts in what changed.
import { morph } from './morph.js';

const EVERY = 1000; // milliseconds

export function job(page) {
  const shown = page.querySelector('#job');
  const look = () => {
    if (!('goesOn' in shown.dataset)) return;
    if (document.hidden) return void setTimeout(look, EVERY);
    // a document that is asked for is parsed and runs nothing
    const request = new XMLHttpRequest();
    request.open('GET', location.href);
    request.responseType = 'document';
    request.onloadend = () => {
      const next = request.response?.querySelector('#job');
      if (next) morph(shown, next);
      setTimeout(look, EVERY);
    };
    request.send();
  };
  setTimeout(look, EVERY);
}

// Keeps an open page true: puts into it what the server tells of, and says how sure it is. The page's data attributes
// name the stream, what the page is about and the state it shows.
import { fragment } from './fragment.js';
import { list_news } from './list_news.js';
import { morph } from './morph.js';
import { stream } from './stream.js';
import { tell } from './tell.js';

export function live(body, start) {
  const { live: url, who, fine, trouble, dated, signIn } = body.dataset;
  const page = { on: body.dataset.on, at: body.dataset.at };
  const status = body.querySelector('.live');
  const still = status.textContent;
  const panes = () => body.querySelector('main > .panes');

  const say = (text, state) => {
    if (state === 'off') status.setAttribute('role', 'status');
    if (status.textContent !== text) status.textContent = text;
    status.className = state ? `live live--${state}` : 'live';
    // the first "up to date" is no news; what follows is
    status.setAttribute('role', 'status');
  };
  const element = (tag, name, ...inside) => {
    const made = document.createElement(tag);
    made.className = `${name} js-own`;
    made.append(...inside);
    return made;
  };
  const icon = () => body.querySelector('template.js-alert')?.content.cloneNode(true) ?? '';
  const toast = (text) => {
    const area = body.querySelector('.toast-area');
    area.querySelector('.js-own')?.remove();
    const news = element('div', 'flash flash--toast', element('span', 'flash__text', text));
    news.dataset.module = 'flash';
    area.append(news);
    start(area);
  };
  const show = (next, anew = false) => {
    if (anew) panes().replaceWith(next);
    else morph(panes(), next);
    start(body);
  };
  const list = body.querySelector('.pane--list') && list_news(body, show, toast);
  const arrived = tell(body);
  const count = (unread) => {
    const link = document.querySelector('link[rel=icon]');
    const name = ['favicon', ...Array.from({ length: 9 }, (_, at) => `favicon-${at + 1}`)][unread] ?? 'favicon-9plus';
    const href = link.href.replace(/favicon[^/]*\.svg$/, `${name}.svg`);
    if (link.href !== href) link.href = href;
  };

  // that room runs out: above the page, in a region that says what changes in it
  const room = (html) => {
    const old = document.getElementById('room');
    const next = html ? fragment(html) : null;
    if (!next || old) return next ? morph(old, next) : old?.remove();
    const main = body.querySelector('main');
    const text = next.querySelector('.notice__text');
    const said = text.textContent;
    text.textContent = '';
    main.insertBefore(next, main.querySelector(':scope > :not(.flash)'));
    text.textContent = said;
  };
  const surroundings = (news) => {
    morph(document.getElementById('mailboxes'), fragment(news.sidebar));
    const [note, meter] = ['.topbar .menu__note', '#mailboxes .quota meter'].map((one) => body.querySelector(one));
    if (note && meter) note.textContent = `${meter.value}%`;
    if (news.room !== undefined) room(news.room);
  };

  // what a page shows beside its surroundings may not be followed: then it is as old as the page
  const settle = (text) => (dated === undefined ? say(text) : say(still, 'still'));

  const hears = {
    open: ({ covered }) => (covered.includes(page.on) ? settle(fine) : say(still, 'still')),
    lost: () => say(trouble, 'off'),
    fine: ({ text }) => settle(text),
    trouble: ({ text }) => say(text, 'off'),
    page(news) {
      if (news.unread !== undefined) count(news.unread);
      if (news.arrived && tabs.isTheOne() && !tabs.isWatched()) arrived(news.arrived);
      if (news.on !== page.on) return;
      if (news.title) document.title = news.title;
      if (news.sidebar) surroundings(news);
      if (news.main && list) list(fragment(news.main), news);
      else if (news.main && panes()) show(fragment(news.main));
      page.at = news.at;
    },
    gone({ on, notice }) {
      const head = on === page.on && body.querySelector('.message__head');
      if (!head || head.querySelector('.js-own')) return;
      const text = element('span', 'notice__text');
      const box = element('div', 'notice notice--plain', icon(), text);
      box.setAttribute('role', 'status');
      head.append(box);
      text.append(notice);
    },
    ended({ text, url: way }) {
      const link = element('a', 'flash__way', signIn);
      link.href = way;
      const box = element('div', 'flash flash--bad');
      box.setAttribute('role', 'status');
      body.querySelector('main').prepend(box);
      box.append(icon(), element('span', 'flash__text', text, ' ', link));
      say(still, 'still');
    },
  };
  const base = document.documentElement.dataset.base;
  const tabs = stream({ url, name: `fernpost ${base} ${who}`, page, hear: (type, data) => hears[type]?.(data) });
}

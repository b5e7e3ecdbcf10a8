// Starts a module on each element that asks for it by data-module. Everything here hurries; nothing decides:
// take it away and every page still works. What other modules use stands before them.
import { menus } from './modules/menus.js';
import { keyboard } from './modules/keyboard.js';
import { zone } from './modules/zone.js';
import { select_all } from './modules/select_all.js';
import { frame_height } from './modules/frame_height.js';
import { link_target } from './modules/link_target.js';
import { flash } from './modules/flash.js';
import { fragment } from './modules/fragment.js';
import { morph } from './modules/morph.js';
import { plural } from './modules/plural.js';
import { stream } from './modules/stream.js';
import { list_news } from './modules/list_news.js';
import { tell } from './modules/tell.js';
import { copy } from './modules/copy.js';
import { rich_text } from './modules/rich_text.js';
import { live } from './modules/live.js';
import { notify } from './modules/notify.js';
import { size } from './modules/size.js';
import { mailto_handler } from './modules/mailto_handler.js';
import { renew } from './modules/renew.js';
import { weigh } from './modules/weigh.js';

const modules = {
  menus, keyboard, zone, select_all, frame_height, link_target, flash, live, notify, mailto_handler, copy, rich_text, renew,
  weigh, ...(typeof writing === 'undefined' ? {} : writing), // writing.js, where people write
};
const started = new WeakSet();
const start = (root) => {
  for (const element of root.querySelectorAll('[data-module]')) {
    if (started.has(element)) continue;
    started.add(element);
    for (const name of element.dataset.module.split(' ')) modules[name](element, start);
  }
};
document.documentElement.classList.add('js');
start(document);

// Starts a module on each element that asks for it by data-module. Everything here hurries; nothing decides:
// take it away and every page still works.
import { menus } from './modules/menus.js';
import { keyboard } from './modules/keyboard.js';
import { zone } from './modules/zone.js';
import { select_all } from './modules/select_all.js';
import { frame_height } from './modules/frame_height.js';
import { flash } from './modules/flash.js';

const modules = { menus, keyboard, zone, select_all, frame_height, flash };
document.documentElement.classList.add('js');
for (const element of document.querySelectorAll('[data-module]')) {
  for (const name of element.dataset.module.split(' ')) modules[name](element);
}

// What a page needs on which people write, and no other. It is read before app.js, which starts it; so what its modules import
// from each other's neighbours is there when they run.
import { recipients } from './modules/recipients.js';
import { compose } from './modules/compose.js';
import { attachments } from './modules/attachments.js';

const writing = { recipients, compose, attachments };

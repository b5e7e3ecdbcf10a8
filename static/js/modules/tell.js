// New mail on the desktop, if this browser was asked to tell (see notify.js). One notification for what came together.
import { plural } from './plural.js';

export function tell(body) {
  const { who, news } = body.dataset;
  const TOGETHER = 300; // milliseconds in which several pages hear of the same message
  const told = new Set();
  let waiting = [];

  // what was typed or chosen here and not yet sent would be lost by going elsewhere
  const untouched = () => [...body.querySelectorAll('input:not([type=hidden]), textarea')]
    .every((field) => field.value === field.defaultValue && field.checked === field.defaultChecked);
  const show = () => {
    const mails = waiting;
    waiting = [];
    const few = mails.length <= 3;
    const line = ({ who: sender, subject }) => `${sender}: ${subject}`;
    const [title, text] = mails.length === 1
      ? [mails[0].who, mails[0].subject]
      : [plural(news, mails.length), few ? mails.map(line).join('\n') : ''];
    const icon = document.querySelector('link[rel=icon]').href;
    const shown = new Notification(title, { body: text, icon, tag: `fernpost ${mails[0].url}` });
    shown.onclick = () => {
      window.focus();
      shown.close();
      if (mails.length > 1) return;
      if (untouched()) location.assign(mails[0].url);
      else window.open(mails[0].url);
    };
  };

  return (arrived) => {
    if (!window.Notification || Notification.permission !== 'granted' || !localStorage.getItem(`fernpost tell ${who}`)) return;
    for (const mail of arrived) {
      if (told.has(mail.url)) continue;
      told.add(mail.url);
      if (!waiting.length) setTimeout(show, TOGETHER);
      waiting.push(mail);
    }
  };
}

// The setting "tell me when mail arrives": of this browser, for this person, off until the button is pressed. Only a press
// asks the browser for leave.
export function notify(panel) {
  const key = `fernpost tell ${document.body.dataset.who}`;
  const part = (name) => panel.querySelector(`[data-tell="${name}"]`);
  const show = () => {
    const can = window.Notification?.permission;
    const on = can === 'granted' && localStorage.getItem(key) !== null;
    const now = !can ? 'none' : can === 'denied' ? 'denied' : on ? 'on' : 'off';
    for (const one of panel.querySelectorAll('[data-tell]')) one.hidden = one.dataset.tell !== now;
  };
  const press = (name, act) => part(name).querySelector('button').addEventListener('click', async () => {
    await act();
    show();
    panel.querySelector('[data-tell]:not([hidden]) button')?.focus();
  });
  press('off', async () => {
    if (await Notification.requestPermission() === 'granted') localStorage.setItem(key, '1');
  });
  press('on', () => localStorage.removeItem(key));
  show();
}

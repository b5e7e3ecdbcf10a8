// Offers to make this the browser's program for links to mail addresses. The browser asks its owner.
export function mailto_handler(panel) {
  const show = (name) => {
    for (const part of panel.querySelectorAll('[data-mailto]')) part.hidden = part.dataset.mailto !== name;
  };
  if (!navigator.registerProtocolHandler || !isSecureContext) return show('none');
  show('offer');
  panel.querySelector('button').addEventListener('click', () => {
    try {
      navigator.registerProtocolHandler('mailto', panel.dataset.handler);
      show('asked');
    } catch {
      show('none');
    }
  });
}

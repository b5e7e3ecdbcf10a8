// Tells the server in which zone times are to be read. Pages are made there, and only the browser knows.
export function zone() {
  const { timeZone } = Intl.DateTimeFormat().resolvedOptions();
  if (!timeZone || document.cookie.split('; ').includes(`fernpost_zone=${timeZone}`)) return;
  const path = document.documentElement.dataset.base || '/';
  const secure = location.protocol === 'https:' ? '; Secure' : '';
  document.cookie = `fernpost_zone=${timeZone}; Path=${path}; Max-Age=31536000; SameSite=Strict${secure}`;
}

// An open menu closes on Escape and on a press elsewhere; Escape closes the folder drawer too.
export function menus(page) {
  const close = (except) => {
    for (const menu of page.querySelectorAll('details.menu[open]')) if (menu !== except) menu.open = false;
  };
  page.addEventListener('pointerdown', (event) => close(event.target.closest('details.menu')));
  page.addEventListener('keydown', (event) => {
    if (event.key !== 'Escape') return;
    const menu = event.target.closest('details.menu[open]');
    if (menu) {
      menu.open = false;
      menu.querySelector('summary').focus();
    } else {
      close();
      if (location.hash === '#mailboxes') location.hash = '#main';
    }
  });
}

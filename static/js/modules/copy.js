// A button that copies what stands beside it, and says that it did. Without scripts a press on the value chooses all of it.
export function copy(page) {
  page.addEventListener('click', async (event) => {
    const button = event.target.closest('[data-copy]');
    if (!button) return;
    try {
      await navigator.clipboard.writeText(button.dataset.copy);
    } catch {
      getSelection().selectAllChildren(button.closest('.server-card__line').querySelector('.server-card__value'));
      return;
    }
    const said = button.getAttribute('aria-label');
    button.setAttribute('aria-label', page.dataset.copied);
    button.title = page.dataset.copied;
    button.classList.add('button--done');
    setTimeout(() => {
      button.setAttribute('aria-label', said);
      button.title = said;
      button.classList.remove('button--done');
    }, 2000);
  });
}

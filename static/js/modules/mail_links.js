// A link to a mail address in a designed mail opens our composer, and not another program: the frame it stands in runs
// nothing, so its page sees to that.
export function mail_links(holder) {
  const frame = holder.querySelector('iframe');
  const { compose } = document.body.dataset;
  const watch = () => {
    frame.contentDocument?.addEventListener('click', (event) => {
      const link = event.target.closest?.('a[href^="mailto:" i]');
      if (!link) return;
      event.preventDefault();
      const mark = compose.includes('?') ? '&' : '?';
      open(`${compose}${mark}mailto=${encodeURIComponent(link.getAttribute('href'))}`, event.ctrlKey || event.metaKey ? '_blank' : '_self');
    });
  };
  frame.addEventListener('load', watch);
  watch();
}

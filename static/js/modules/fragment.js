// HTML of our own stream as an element. The one place where text becomes markup, and so the one user of the one policy
// that the Content-Security-Policy names (Trusted Types): whoever else tries is refused by the browser. The text was
// drawn and escaped by the templates that draw the page itself; a parsed document runs nothing; and what is put into the
// page from it is under the page's policy, which runs no inline script and no handler.
// Made at the start, so that nobody else can make one of its name.
const policy = window.trustedTypes?.createPolicy('fernpost-live', { createHTML: (text) => text });

export function fragment(html) {
  const text = policy ? policy.createHTML(html) : html;
  return new DOMParser().parseFromString(text, 'text/html').body.firstElementChild;
}

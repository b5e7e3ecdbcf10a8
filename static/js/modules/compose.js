// Keeps what is written: saves it every half minute and when somebody turns away, if something changed; says so, and
// says when it could not; warns before it is left. Sending stays the form's own; what is not saved is saved before, so that
// a network that goes in between takes nothing along.
const EVERY = 30_000;
const PAUSES = [5_000, 10_000, 20_000, 30_000];
// the text and its looks: until a person is at them a script may write them another way, and they are the same
const TEXT = new Set(['text', 'html', 'format']);
// what the form carries for itself
const OWN = new Set(['csrf', 'action', 'untouched', 'looks_of', 'message_id', 'draft', 'was', 'filled_for', 'page', 'back', 'at', 'attachment', 'files']);

export function compose(form) {
  const status = form.querySelector('.compose__saved');
  const { drafts, saving, unsaved, offline, signedOut, sending: isSending, broken, again } = form.dataset;
  const field = (name) => form.elements.namedItem(name);
  const tokens = () => [...form.querySelectorAll('input[name=attachment]')];
  // what a person sees of the form: the text, and all the rest
  const snapshot = () => {
    const typed = [...new FormData(form)].filter(([name, value]) => !OWN.has(name) && typeof value === 'string');
    const files = [...form.querySelectorAll('.attachment:has(input) .attachment__name')].map((name) => name.textContent);
    const [text, rest] = [true, false].map((is) => typed.filter(([name]) => TEXT.has(name) === is));
    return { text: JSON.stringify(text), rest: JSON.stringify([rest, files]) };
  };
  // a page that was drawn with what is not saved says so
  let kept = 'changed' in form.dataset ? {} : snapshot();
  let busy, retry, tries = 0, sending = false, checked = false, leaving = false;

  // which page saves, and its how manyth time: what it was not told of is known as its own
  const page = crypto.getRandomValues(new Uint32Array(4)).join('');
  let step = 0;
  const count = () => { field('page').value = `${page}.${step += 1}`; };

  const say = (text, bad = false) => {
    status.classList.toggle('compose__saved--bad', bad);
    if (status.textContent !== text) status.textContent = text;
  };
  const is_changed = () => {
    const { text, rest } = snapshot();
    return text !== kept.text || rest !== kept.rest;
  };
  const failed = (text) => {
    say(text, true);
    clearTimeout(retry);
    retry = setTimeout(save, PAUSES[Math.min(tries++, PAUSES.length - 1)]);
  };
  const took = (told, sent) => {
    field('message_id').value = told.message_id; // another one, where this is kept beside what was sent
    field('draft').value = told.draft;
    field('was').value = told.was;
    // files that came or went meanwhile keep what they had
    const now = new Map(sent.map((token, at) => [token, told.attachments[at]]));
    for (const token of tokens()) token.value = now.get(token.value) ?? token.value;
  };

  // whether the form may go: the server can be had, and nobody else changed the draft
  async function send_draft() {
    const state = snapshot();
    const sent = tokens().map((token) => token.value);
    count();
    const body = new FormData(form);
    body.delete('files');
    say(saving);
    let answer;
    try {
      answer = await fetch(drafts, { method: 'POST', body, redirect: 'manual', cache: 'no-store' });
    } catch {
      return failed(offline);
    }
    if (answer.type === 'opaqueredirect' || answer.status === 401 || answer.status === 403) {
      say(signedOut, true);
      return true;
    }
    const told = await answer.json().catch(() => null);
    if (!told?.saved) {
      failed(told?.text ?? offline);
      return told; // what can't be saved can be sent
    }
    tries = 0;
    kept = state;
    took(told, sent);
    say(told.conflict && sending ? `${told.text} ${again}` : told.text, told.conflict);
    return !told.conflict;
  }
  function save() {
    clearTimeout(retry);
    if (leaving || sending || form.querySelector('.attachment--coming') || !is_changed()) return busy;
    form.saving = busy ??= send_draft().finally(() => { busy = undefined; });
    return busy;
  }

  setInterval(save, EVERY);
  form.addEventListener('focusout', (event) => { if (!form.contains(event.relatedTarget)) save(); });
  addEventListener('blur', save);
  addEventListener('online', save);
  document.addEventListener('visibilitychange', () => { if (document.hidden) save(); });
  // a text that got its looks is the same text, unless somebody wrote in it before it had them
  let written = 'changed' in form.dataset;
  field('text').addEventListener('input', (event) => { written ||= event.isTrusted; });
  form.addEventListener('settled', () => { if (!written) kept.text = snapshot().text; });
  form.addEventListener('input', () => { if (!busy && is_changed()) say(unsaved); });
  addEventListener('beforeunload', (event) => { if (!leaving && is_changed()) event.preventDefault(); });
  // a page that the browser brings back is awake again
  addEventListener('pageshow', (event) => { if (event.persisted) sending = checked = leaving = false; });

  const reachable = async () => {
    try {
      return await fetch(document.querySelector('link[rel=icon]').href, { method: 'HEAD', cache: 'no-store' });
    } catch {
      failed(offline);
    }
  };
  form.addEventListener('submit', async (event) => {
    if (checked) {
      leaving = true;
      return;
    }
    event.preventDefault();
    if (sending) return;
    sending = true;
    const before = status.textContent;
    say(isSending);
    while (form.querySelector('.attachment--coming')) {
      await new Promise((done) => { form.addEventListener('arrived', done, { once: true }); });
    }
    if (event.submitter?.value !== 'discard' && form.querySelector('.attachment--bad input:not([name])')) {
      sending = false;
      return say(broken, true);
    }
    await busy;
    if (!await (is_changed() ? send_draft() : reachable())) {
      sending = false;
      return;
    }
    say(before);
    // looks that a script gave to an untouched text are no change
    field('untouched').value = is_changed() ? '' : '1';
    count();
    checked = true;
    form.requestSubmit(event.submitter);
  });
  form.addEventListener('keydown', (event) => {
    if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey) || event.isComposing) return;
    event.preventDefault();
    form.querySelector('button[value=send], button[value^="anyway:"]').click();
  });
}

// Sends files ahead while somebody writes: chosen, dropped or pasted ones, each with its progress. The form carries what
// the server calls them.
import { size } from './size.js';

export function attachments(form) {
  const { uploads, uploading, stop, broken, remove } = form.dataset;
  const list = form.querySelector('.attachments__list');
  const chosen = form.querySelector('.compose__file');
  const shape = form.parentElement.querySelector('.compose__card');
  const csrf = () => form.elements.namedItem('csrf').value;

  const number = () => {
    list.querySelectorAll('button[name=action]').forEach((button, at) => { button.value = `remove:${at}`; });
    form.querySelector('.compose__total')?.parentElement.remove();
  };

  const add = (file, cid) => {
    const card = shape.content.cloneNode(true).firstElementChild;
    const [token, shown, button] = ['input', '.attachment__size', 'button'].map((what) => card.querySelector(what));
    const progress = card.querySelector('progress');
    card.querySelector('.attachment__name').textContent = file.name;
    shown.textContent = size(file.size);
    progress.setAttribute('aria-label', `${uploading} ${file.name}`);
    button.setAttribute('aria-label', `${stop} ${file.name}`);
    list.append(card);
    number();

    const request = new XMLHttpRequest();
    const failed = (text) => {
      card.classList.remove('attachment--coming');
      card.classList.add('attachment--bad');
      progress.remove();
      shown.textContent = text || broken;
      form.dispatchEvent(new Event('arrived'));
    };
    request.upload.addEventListener('progress', (event) => {
      progress.value = event.total ? event.loaded / event.total : 0;
      shown.textContent = `${size(event.loaded)} / ${size(event.total)}`;
    });
    request.addEventListener('error', () => failed());
    request.addEventListener('load', () => {
      const told = (() => { try { return JSON.parse(request.response); } catch { return {}; } })();
      if (request.status !== 201) return failed(told.error);
      card.classList.remove('attachment--coming');
      progress.remove();
      const about = { name: told.name, type: told.type, size: told.size, ...(cid && { cid }) };
      token.value = `upload:${told.id}?${new URLSearchParams(about)}`;
      token.name = 'attachment';
      shown.textContent = size(told.size);
      button.setAttribute('aria-label', `${remove} ${told.name}`);
      form.dispatchEvent(new Event('arrived'));
      form.dispatchEvent(new Event('input', { bubbles: true }));
    });
    button.addEventListener('click', () => {
      request.abort();
      form.dispatchEvent(new Event('arrived'));
    });
    const body = new FormData();
    body.append('csrf', csrf());
    body.append('files', file);
    request.responseType = 'text';
    request.open('POST', uploads);
    request.send(body);
  };

  // a picture in the text (rich_text.js), which has its name there
  form.addEventListener('picture', (event) => add(event.detail.file, event.detail.cid));
  form.querySelector('.compose__attach').addEventListener('click', () => chosen.click());
  chosen.addEventListener('change', () => {
    for (const file of chosen.files) add(file);
    chosen.value = '';
  });
  // taking a file off needs no other page
  list.addEventListener('click', (event) => {
    const button = event.target.closest('button');
    if (!button) return;
    event.preventDefault();
    const card = button.closest('.attachment');
    const next = card.nextElementSibling ?? card.previousElementSibling;
    const upload = card.querySelector('input').value.match(/^upload:(\w+)/)?.[1];
    card.remove();
    // a save that is under way may still name it
    if (upload) Promise.resolve(form.saving).then(() => fetch(`${uploads}/${upload}/remove`, { method: 'POST', body: new URLSearchParams({ csrf: csrf() }) })).catch(() => {});
    number();
    (next?.querySelector('button') ?? form.querySelector('.compose__attach')).focus();
    form.dispatchEvent(new Event('input', { bubbles: true }));
  });
  const carries = (event) => event.dataTransfer?.types.includes('Files');
  form.addEventListener('dragover', (event) => {
    if (!carries(event)) return;
    event.preventDefault();
    form.classList.add('compose--over');
  });
  form.addEventListener('dragleave', (event) => {
    if (!form.contains(event.relatedTarget)) form.classList.remove('compose--over');
  });
  form.addEventListener('drop', (event) => {
    form.classList.remove('compose--over');
    if (!carries(event)) return;
    event.preventDefault();
    for (const file of event.dataTransfer.files) add(file);
  });
  form.addEventListener('paste', (event) => {
    const { files } = event.clipboardData;
    if (!files.length) return;
    event.preventDefault();
    for (const file of files) add(file);
  });
}

// What every page does: put the focus where the reader must look, and tell a screen reader when htmx has changed something.
'use strict';

document.addEventListener('DOMContentLoaded', () => {
  const urgent = document.querySelector('[data-focus]');
  if (urgent) {
    urgent.focus();
    if (!document.title.startsWith('错误')) document.title = '错误：' + document.title;
  }
});

// A link in an error summary leads to a field: a fieldset or a file box is focused too, not only scrolled to.
document.addEventListener('click', (event) => {
  const link = event.target.closest('.errors a[href^="#"]');
  const field = link && document.getElementById(link.hash.slice(1));
  if (field) {
    event.preventDefault();
    field.focus();
    field.scrollIntoView({ block: 'center' });
  }
});

// The same act must not be sent twice by an impatient double click; the server would refuse it anyway.
document.addEventListener('submit', (event) => {
  const form = event.target;
  if (form.dataset.sent === '1') {
    event.preventDefault();
    return;
  }
  const byHtmx = form.hasAttribute('hx-post') && !form.hasAttribute('data-draft');
  if (form.method === 'post' && !byHtmx && !form.hasAttribute('data-download')) form.dataset.sent = '1';
});
window.addEventListener('pageshow', () => document.querySelectorAll('form[data-sent]').forEach((f) => delete f.dataset.sent));

// A page that went out of date answers with an error: htmx shows it where the text would have gone instead of nothing.
document.addEventListener('htmx:beforeSwap', (event) => {
  if (event.detail.xhr.status === 422) event.detail.shouldSwap = true;
});

// A form that keeps itself (hx-post to a draft) has a short delay; what was typed in it is sent when the page is left.
document.addEventListener('input', (event) => {
  const form = event.target.form;
  if (form && form.hasAttribute('data-draft')) form.dataset.dirty = '1';
});
document.addEventListener('htmx:afterRequest', (event) => {
  if (event.target.dataset) delete event.target.dataset.dirty;
});
window.addEventListener('pagehide', () => {
  document.querySelectorAll('form[data-draft][data-dirty]').forEach((form) => {
    if (form.dataset.sent !== '1') navigator.sendBeacon(form.getAttribute('hx-post'), new URLSearchParams(new FormData(form)));
  });
});

// Printing is a button only where there is somebody to press it for; without scripts the browser's own menu prints as well.
document.querySelectorAll('[data-print]').forEach((button) => {
  button.hidden = false;
  button.addEventListener('click', () => window.print());
});

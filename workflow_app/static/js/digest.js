// The SHA-256 of a file, counted in the browser: the file stays on this computer, only the digest is sent.
'use strict';

(() => {
  const LIMIT = 60 * 1048576;

  const hex = (buffer) => [...new Uint8Array(buffer)].map((byte) => byte.toString(16).padStart(2, '0')).join('');

  const check = async (input, form) => {
    const say = document.getElementById(input.dataset.answer);
    const file = input.files[0];
    if (!file) return;
    if (file.size > LIMIT) {
      say.textContent = '文件超过 60 MB，不是本平台的文书。';
      return;
    }
    say.textContent = `正在计算“${file.name}”的校验值……`;
    try {
      form.elements.digest.value = hex(await crypto.subtle.digest('SHA-256', await file.arrayBuffer()));
    } catch {
      say.textContent = '没有读到这个文件。请重新选择，或者用核验码查验。';
      return;
    }
    form.requestSubmit();
  };

  document.addEventListener('DOMContentLoaded', () => {
    document.querySelectorAll('form[data-digest]').forEach((form) => {
      if (!window.crypto || !crypto.subtle) return;
      const input = document.getElementById(form.dataset.digest);
      form.hidden = false;
      input.addEventListener('change', () => check(input, form));
    });
  });
})();

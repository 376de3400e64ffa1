// Hints before a file is sent: too large, a kind that cannot be read, its name and how far it has got. The server checks
// again, by content.
'use strict';

(() => {
  const say = (input, text, wrong) => {
    const place = document.getElementById(input.dataset.say);
    if (!place) return;
    place.textContent = text;
    place.classList.toggle('wrong', Boolean(wrong));
  };

  const fault = (input, file) => {
    const ending = file.name.includes('.') ? file.name.split('.').pop().toLowerCase() : '';
    const allowed = (input.accept || '').toLowerCase().split(',').map((a) => a.trim().replace('.', ''));
    if (ending === 'heic') return '打不开这种格式。请在手机相册里另存为 JPG，或截图后再传。';
    if (input.accept && !allowed.includes(ending)) return `不收 .${ending} 文件。请换成 ${input.dataset.kinds}。`;
    const limit = Number(input.dataset.limit || 20) * 1048576;
    if (file.size > limit) return `文件有 ${(file.size / 1048576).toFixed(1)} MB，超过 ${input.dataset.limit || 20} MB。请压缩或分开上传。`;
    if (file.size === 0) return '这个文件是空的，请重新选择。';
    return '';
  };

  document.addEventListener('change', (event) => {
    const input = event.target;
    if (input.type !== 'file' || !input.dataset.say) return;
    const file = input.files[0];
    if (!file) return say(input, '', false);
    const wrong = fault(input, file);
    if (wrong) {
      input.value = '';
      return say(input, `“${file.name}”没有上传：${wrong}`, true);
    }
    say(input, `正在上传“${file.name}”……`, false);
    if (input.form && input.dataset.send === 'now') input.form.requestSubmit();
  });

  document.addEventListener('htmx:xhr:progress', (event) => {
    const bar = event.target.querySelector && event.target.querySelector('progress');
    if (bar && event.detail.lengthComputable) {
      bar.hidden = false;
      bar.value = Math.round((100 * event.detail.loaded) / event.detail.total);
    }
  });
})();

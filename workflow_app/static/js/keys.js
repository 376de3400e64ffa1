// Keyboard: / to search, ? for the list of keys, j and k along the rows of a queue, Enter opens. Never while typing.
'use strict';

(() => {
  const KEYS = [['/', '搜索'], ['j', '下一件'], ['k', '上一件'], ['Enter', '打开选中的案件'], ['?', '看快捷键'], ['Esc', '关闭']];
  const typing = (target) => target.closest('input, textarea, select, [contenteditable]');

  const help = () => {
    let dialog = document.getElementById('keys-help');
    if (!dialog) {
      dialog = document.createElement('dialog');
      dialog.id = 'keys-help';
      dialog.className = 'keys';
      dialog.setAttribute('aria-label', '快捷键');
      const list = document.createElement('dl');
      list.className = 'facts';
      KEYS.forEach(([key, what]) => {
        const term = document.createElement('dt');
        term.append(Object.assign(document.createElement('kbd'), { textContent: key }));
        list.append(term, Object.assign(document.createElement('dd'), { textContent: what }));
      });
      dialog.append(Object.assign(document.createElement('h2'), { textContent: '快捷键' }), list);
      document.body.append(dialog);
    }
    if (dialog.open) dialog.close();
    else dialog.showModal();
  };

  const step = (by) => {
    const links = [...document.querySelectorAll('.queue .who a')];
    if (!links.length) return false;
    const at = links.indexOf(document.activeElement);
    links[Math.min(links.length - 1, Math.max(0, at + by))].focus();
    return true;
  };

  document.addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
    const search = document.querySelector('[role="search"] input');
    if (event.key === '/' && search) search.focus();
    else if (event.key === '?') help();
    else if (event.key === 'j' && step(1)) ;
    else if (event.key === 'k' && step(-1)) ;
    else return;
    event.preventDefault();
  });
})();

// A queue with ticked rows: the bulk bar says how many, and the box in the head ticks them all.
'use strict';

(() => {
  const update = () => {
    const boxes = [...document.querySelectorAll('.queue tbody .pick input')];
    const ticked = boxes.filter((b) => b.checked);
    boxes.forEach((b) => b.closest('tr').classList.toggle('picked', b.checked));
    const bar = document.querySelector('.bulk');
    if (bar) {
      bar.hidden = ticked.length === 0;
      bar.querySelectorAll('[data-count]').forEach((e) => { e.textContent = String(ticked.length); });
    }
    const all = document.querySelector('.queue thead [data-all]');
    if (all) {
      all.checked = ticked.length > 0 && ticked.length === boxes.length;
      all.indeterminate = ticked.length > 0 && ticked.length < boxes.length;
    }
  };
  document.addEventListener('change', (event) => {
    if (event.target.matches('.queue [data-all]')) {
      document.querySelectorAll('.queue tbody .pick input').forEach((b) => { b.checked = event.target.checked; });
    }
    if (event.target.closest('.queue')) update();
  });
  document.addEventListener('DOMContentLoaded', update);
})();

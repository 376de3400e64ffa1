// The process diagram of a case: where it stands, where it has been. The box carries the address of the diagram in
// data-diagram and the ids in data-now and data-visited; a list of the steps beside it says the same in words.
'use strict';

const READABLE = 0.75;

document.addEventListener('DOMContentLoaded', async () => {
  const box = document.querySelector('[data-diagram]');
  if (!box || !window.BpmnJS) return;
  const answer = await fetch(box.dataset.diagram, { credentials: 'same-origin' });
  if (!answer.ok) return;
  const viewer = new window.BpmnJS({ container: box });
  await viewer.importXML(await answer.text());
  const canvas = viewer.get('canvas');
  const registry = viewer.get('elementRegistry');
  const mark = (ids, look) => (ids || '').split(' ').filter((id) => id && registry.get(id)).forEach((id) => canvas.addMarker(id, look));
  mark(box.dataset.visited, 'been');
  mark(box.dataset.now, 'here');
  const fit = () => canvas.zoom('fit-viewport', 'auto');
  // A long road shrunk to fit cannot be read: then the drawing opens where the case stands, and the button shows it whole.
  const here = (box.dataset.now || '').split(' ').map((id) => registry.get(id)).find(Boolean);
  if (fit() < READABLE && here) {
    const { width, height } = canvas.viewbox().outer;
    const [w, h] = [width / READABLE, height / READABLE];
    canvas.viewbox({ x: here.x + here.width / 2 - w / 2, y: here.y + here.height / 2 - h / 2, width: w, height: h });
  }
  document.querySelectorAll('[data-zoom]').forEach((button) =>
    button.addEventListener('click', () => {
      if (button.dataset.zoom === 'fit') fit();
      else viewer.get('zoomScroll').stepZoom(Number(button.dataset.zoom));
    }));
});

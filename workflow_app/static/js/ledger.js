// A date opens its ledger in place: under the row in a list, else in the nearest [data-ledger-place]. Without script the
// link leads to the page of the ledger.
'use strict';

(() => {
  const rowFor = (link) => {
    const row = link.closest('tr');
    const place = document.createElement('tr');
    place.className = 'ledger-row';
    const cell = place.insertCell();
    cell.colSpan = row.cells.length;
    row.after(place);
    const box = document.createElement('div');
    box.dataset.ledgerPlace = '';
    cell.append(box);
    return box;
  };

  const blockFor = (link) => {
    const near = link.closest('[data-ledger-near]') || link.closest('article, section, .panel, main') || document.body;
    let place = near.querySelector('[data-ledger-place]') || document.querySelector('#main [data-ledger-place]');
    if (!place) {
      place = document.createElement('div');
      place.dataset.ledgerPlace = '';
      near.append(place);
    }
    return place;
  };

  const close = (link) => {
    const place = link.ledgerPlace;
    const row = place.closest('tr.ledger-row');
    if (row) row.remove();
    else place.replaceChildren();
    place.openLink = null;
    link.ledgerPlace = null;
    link.setAttribute('aria-expanded', 'false');
  };

  const open = async (link) => {
    const place = link.closest('tr') ? rowFor(link) : blockFor(link);
    if (place.openLink && place.openLink !== link) close(place.openLink);
    await window.htmx.ajax('GET', link.dataset.ledger, { target: place, swap: 'innerHTML' });
    place.openLink = link;
    link.ledgerPlace = place;
    link.setAttribute('aria-expanded', 'true');
    place.scrollIntoView({ block: 'nearest' });
  };

  document.addEventListener('click', (event) => {
    const link = event.target.closest('a[data-ledger]');
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey || !window.htmx) return;
    event.preventDefault();
    if (link.ledgerPlace) close(link);
    else open(link);
  });
})();

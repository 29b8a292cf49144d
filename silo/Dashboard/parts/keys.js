// Shortcuts of the keyboard: / searches, g and a letter goes somewhere, ? tells them all.

import { h } from '../lib/dom.js';
import { go } from '../lib/router.js';

const places = { o: ['overview', []], d: ['dead letters', ['dead-letters']], s: ['SQL', ['sql']], a: ['alerts', ['alerts']] };
const pairMs = 1500;

/** Listens for them. */
export function keys() {
  let goUntil = 0;
  document.addEventListener('keydown', event => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest('input, textarea, select, dialog')) {
      return;
    }

    if (event.key === '/') {
      const search = document.querySelector('main input[type="search"]');
      if (search) {
        event.preventDefault();
        search.focus();
      }
    } else if (event.key === '?') {
      help();
    } else if (event.key === 'g') {
      goUntil = event.timeStamp + pairMs;
    } else if (event.key in places && event.timeStamp < goUntil) {
      goUntil = 0;
      go(...places[event.key][1]);
    }
  });
}

function help() {
  const rows = [['/', 'search'], ['↑ ↓', 'move through a list'], ...Object.entries(places).map(([key, [name]]) => [`g ${key}`, name]), ['?', 'this list']];
  const dialog = h('dialog', { 'aria-label': 'Keyboard' },
    h('h2', {}, 'Keyboard'),
    h('dl', { class: 'pairs left', style: { margin: '12px 0 16px' } }, rows.map(([key, what]) => [h('dt', {}, h('kbd', {}, key)), h('dd', {}, what)])),
    h('form', { method: 'dialog' }, h('button', { type: 'submit', onclick: event => {
      event.preventDefault();
      dialog.close();
    } }, 'Close')));
  dialog.addEventListener('close', () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
}

// The log's partitions: how far each is written, and how far it is in tables.

import { h, fill, say } from '../lib/dom.js';
import { count } from '../lib/format.js';
import { card, flush } from '../lib/parts.js';

const columns = [['Partition', partition => partition.partition], ['End', partition => count(partition.end)], ['In tables', partition => count(partition.committed)], ['Lag', partition => count(partition.lag)]];

/** The card, and what brings it up to date. */
export function logCard() {
  const tbody = h('tbody', {});
  const element = card('Log', flush(h('div', { class: 'scroll log', tabindex: '0', role: 'region', 'aria-label': 'Partitions of the log' }, h('table', {},
    h('thead', {}, h('tr', {}, columns.map(([name]) => h('th', { scope: 'col', class: 'number' }, name)))),
    tbody))));
  return {
    element,
    update({ partitions }) {
      if (tbody.children.length !== partitions.length) {
        fill(tbody, partitions.map(() => h('tr', {}, columns.map(() => h('td', { class: 'number' })))));
      }

      partitions.forEach((partition, i) => columns.forEach(([, read], j) => say(tbody.children[i].children[j], read(partition))));
    },
  };
}

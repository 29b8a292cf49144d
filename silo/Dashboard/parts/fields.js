// The metric's fields: a line each, and on demand what is known of its values.

import { h, fill, say } from '../lib/dom.js';
import { count, percent, scalar } from '../lib/format.js';
import { card, flush, empty } from '../lib/parts.js';

const columns = [
  ['Field', null], ['Type', null], ['Values', field => count(field.count)], ['Missing', field => percent(field.null / (field.count + field.null))], ['Different', field => count(field.unique)],
  ['Min', field => scalar(field.min)], ['p50', field => scalar(field.p50)], ['p90', field => scalar(field.p90)], ['p99', field => scalar(field.p99)], ['Max', field => scalar(field.max)],
  ['Average', field => scalar(field.avg)], ['Sum', field => scalar(field.sum)], ['Conflicts', field => count(field.conflicts)],
];

/** The card, and what brings it up to date. */
export function fieldsCard() {
  const rows = new Map();
  const tbody = h('tbody', {});
  const grid = h('div', { class: 'scroll', tabindex: '0', role: 'region', 'aria-label': 'Fields' }, h('table', {},
    h('thead', {}, h('tr', {}, columns.map(([name, read]) => h('th', { scope: 'col', class: read && 'number' }, name)))),
    tbody));
  const place = flush(empty('No fields yet'));
  return {
    element: card('Fields', place),
    update(latest) {
      for (const [name, field] of Object.entries(latest.fields)) {
        let row = rows.get(name);
        if (!row) {
          row = fieldRow(name);
          rows.set(name, row);
          tbody.append(row.line, row.more);
        }

        row.update(field);
      }

      if (rows.size > 0 && !grid.isConnected) {
        fill(place, grid);
      }
    },
  };
}

function fieldRow(name) {
  let field = null;
  let shown = null;
  const cells = columns.slice(1).map(([, read]) => h('td', { class: read && 'number' }));
  const toggle = h('button', { class: 'plain', type: 'button', 'aria-expanded': 'false', onclick: open }, name);
  const line = h('tr', {}, h('th', { scope: 'row' }, toggle), cells);
  const place = h('td', { colspan: columns.length });
  const more = h('tr', { hidden: true }, place);

  function open() {
    more.hidden = !more.hidden;
    toggle.setAttribute('aria-expanded', String(!more.hidden));
    if (!more.hidden && !shown) {
      shown = fieldDetail(name);
      fill(place, shown.element);
      shown.update(field);
    }
  }

  return {
    line,
    more,
    update(next) {
      if (next === field) {
        return;
      }

      field = next;
      say(cells[0], field.type);
      columns.slice(2).forEach(([title, read], i) => {
        say(cells[i + 1], read(field));
        if (title === 'Conflicts') {
          cells[i + 1].classList.toggle('warn', field.conflicts > 0);
        }
      });
      if (!more.hidden) {
        shown.update(field);
      }
    },
  };
}

function fieldDetail(name) {
  const top = h('ul', { class: 'bars' });
  const note = h('p', { class: 'help' });
  const facts = h('dl', { class: 'pairs' });
  const element = h('div', { class: 'detail' },
    h('div', { class: 'stack', style: { gap: '8px' } }, h('h3', {}, `Most frequent values of ${name}`), top, note),
    h('div', { class: 'stack', style: { gap: '8px' } }, h('h3', {}, 'Its values'), facts));
  return {
    element,
    update(field) {
      const all = field.count;
      const values = field.top ?? [];
      fill(top, values.map(one => h('li', {}, h('span', { class: 'name', title: one.value }, one.value === '' ? '(empty text)' : one.value),
        h('span', { class: 'number' }, `${count(one.count)} · ${percent(one.count / all)}`),
        h('span', { class: 'bar' }, h('i', { style: { width: `${Math.min(100, one.count / all * 100)}%` } })))));
      say(note, values.length === 0 ? 'There are too many different values to say which are frequent.' : values.some(one => one.error) ? `Estimates: at most ${count(values.find(one => one.error).error)} too high.` : '');
      const pairs = [
        ['Values', count(field.count)], ['Rows without one', count(field.null)], ['Conflicts, kept in _extra', count(field.conflicts)], ['Different values', count(field.unique)],
        ['Smallest', field.min], ['Median', field.p50], ['90 % are at most', field.p90], ['99 % are at most', field.p99], ['Largest', field.max], ['Average', field.avg], ['Sum', field.sum],
      ];
      fill(facts, pairs.filter(([, value]) => value !== undefined).map(([label, value]) => [h('dt', {}, label), h('dd', {}, scalar(value))]));
    },
  };
}

// A metric's views: what there is, and a form for another.

import { h, fill } from '../lib/dom.js';
import { get, pathOf } from '../lib/api.js';
import { card, body, flush, empty, fault, table } from '../lib/parts.js';
import { link } from '../lib/router.js';
import { viewForm } from './viewForm.js';

export function viewsTab({ place, signal, project, metric, state }) {
  const list = flush(empty('Reading…'));
  const form = body();
  let known = '';
  place.append(card('Views', list), card('New view', form));
  read();
  state.listeners.add(latest => {
    const fields = Object.entries(latest.fields).map(([name, field]) => `${name} ${field.type}`).join('\n');
    if (fields !== known || known === '' && !form.hasChildNodes()) {
      known = fields;

      // A form that somebody fills in is not taken away for a new field.
      if (!form.contains(document.activeElement)) {
        fill(form, viewForm({ signal, project, metric, fields: latest.fields }));
      }
    }
  });

  async function read() {
    try {
      const { views } = await get(pathOf(project, metric, 'views'), signal);
      fill(list, views.length === 0
        ? empty('No views yet', h('p', {}, 'A view keeps sums, counts or quantiles in windows of time and in groups, and is up to date with every event.'))
        : table('Views', [{ name: 'View' }, { name: 'Windows' }, { name: 'Groups' }, { name: 'Aggregates' }, { name: 'Rows' }], views.map(view => viewRow(project, metric, view))));
    } catch (error) {
      if (!signal.aborted) {
        fill(list, fault(error));
      }
    }
  }
}

function viewRow(project, metric, view) {
  return h('tr', {},
    h('th', { scope: 'row' }, h('a', { href: link('projects', project, 'metrics', metric, 'views', view.view) }, view.view)),
    h('td', {}, describeWindow(view)), h('td', {}, view.group_by.join(', ') || 'none'), h('td', {}, view.aggregates.map(describeAggregate).join(', ')), h('td', { class: 'text' }, view.where ?? 'all'));
}

/** Its windows, in words. */
export const describeWindow = view => view.window === view.every ? `of ${view.window}` : `of ${view.window}, every ${view.every}`;

/** An aggregate as its column is called. */
export function describeAggregate(aggregate) {
  const [kind, field] = Object.entries(aggregate)[0];
  return field === true ? kind : `${kind}(${field})`;
}

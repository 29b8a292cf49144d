// Makes a view by form. What the server does not take it says in its own words, beside the button.

import { h, fill } from '../lib/dom.js';
import { pathOf, put } from '../lib/api.js';
import { fault, input, select } from '../lib/parts.js';
import { go } from '../lib/router.js';

const kinds = ['count', 'sum', 'avg', 'min', 'max', 'unique', 'p50', 'p90', 'p99', 'share', 'rank', 'percent_rank'];
const withoutField = new Set(['count', 'share', 'rank', 'percent_rank']);
const aggregatesMax = 16;
const groupsMax = 4;

/** The form. `fields` are those of the metric's live state. */
export function viewForm({ signal, project, metric, fields }) {
  const names = Object.keys(fields);
  const name = input('Name', { name: 'view', required: true, maxlength: 64, pattern: '[A-Za-z0-9_\\-]+', title: 'Letters, digits, _ and -', placeholder: 'sales' });
  const window = input('Windows of', { name: 'window', required: true, value: '1m', placeholder: '2s, 5m, 1h, 1d' });
  const every = input('Beginning every', { name: 'every', placeholder: 'as long as they are' });
  const where = input('Only rows where', { name: 'where', placeholder: "country = 'CH' AND amount > 10" });
  const groups = names.filter(field => !fields[field].type.startsWith('Array')).map(field => h('input', { type: 'checkbox', name: 'group', value: field, onchange: limitGroups }));
  const aggregates = h('div', { class: 'form' });
  const problem = h('div', {});
  const button = h('button', { type: 'submit', class: 'primary' }, 'Make the view');
  addAggregate();

  return h('form', { class: 'form', 'aria-label': 'New view', onsubmit: submit },
    h('div', { class: 'row' }, name.element, window.element, every.element),
    groups.length > 0 && h('fieldset', {}, h('legend', {}, 'In groups by'), h('div', { class: 'choices' }, groups.map(box => h('label', { class: 'check' }, box, box.value)))),
    h('fieldset', {}, h('legend', {}, 'What is kept'), aggregates),
    h('div', { class: 'actions' }, h('button', { type: 'button', onclick: addAggregate }, 'Another aggregate')),
    where.element,
    problem,
    h('div', { class: 'actions' }, button));

  function addAggregate() {
    if (aggregates.children.length >= aggregatesMax) {
      return;
    }

    const kind = select('Aggregate', kinds.map(value => [value, value]), aggregates.children.length === 0 ? 'count' : 'sum');
    const field = select('Of', [['', 'rows'], ...names.map(value => [value, value])], '');
    aggregates.append(h('div', { class: 'row' }, kind.element, field.element, aggregates.children.length > 0 && h('button', {
      type: 'button', class: 'plain', 'aria-label': 'Without this aggregate', onclick: event => event.target.closest('.row').remove(),
    }, 'Remove')));
  }

  function limitGroups() {
    const chosen = groups.filter(box => box.checked).length;
    groups.forEach(box => { box.disabled = !box.checked && chosen >= groupsMax; });
  }

  async function submit(event) {
    event.preventDefault();
    const definition = {
      group_by: groups.filter(box => box.checked).map(box => box.value),
      window: window.input.value.trim(),
      every: every.input.value.trim() || undefined,
      where: where.input.value.trim() || undefined,
      aggregates: [...aggregates.children].map(row => {
        const [kind, field] = [...row.querySelectorAll('select')].map(element => element.value);
        return { [kind]: field === '' && withoutField.has(kind) ? true : field };
      }),
    };
    button.disabled = true;
    try {
      await put(pathOf(project, metric, 'views', name.input.value.trim()), definition, signal);
      go('projects', project, 'metrics', metric, 'views', name.input.value.trim());
    } catch (error) {
      if (!signal.aborted) {
        button.disabled = false;
        fill(problem, fault(error));
      }
    }
  }
}

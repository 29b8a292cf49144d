// Makes an alert by form. What the server does not take it says in its own words, beside the button.

import { h, fill, say } from '../lib/dom.js';
import { pathOf, put } from '../lib/api.js';
import { fault, input, select } from '../lib/parts.js';

const fieldValues = ['p99', 'p90', 'p50', 'avg', 'max', 'min', 'sum', 'unique', 'count', 'null', 'conflicts'];

// What a choice of the first select is in a definition.
const subjects = {
  second: ['events a second', () => ({ rate: 'second' })],
  minute: ['events a minute', () => ({ rate: 'minute' })],
  windowMinute: ['events of a minute, by event time', () => ({ window: 'minute' })],
  windowHour: ['events of an hour, by event time', () => ({ window: 'hour' })],
  total: ['all events', () => ({ total: true })],
  field: ['a value of a field', (field, value) => ({ field, value })],
};

/** The form. `fields` are those of the metric's live state; `saved` is called when there is another alert. */
export function alertForm({ signal, project, metric, fields, saved }) {
  const name = input('Name', { name: 'alert', required: true, maxlength: 128, placeholder: 'too few' });
  const subject = select('When', Object.entries(subjects).map(([value, [text]]) => [value, text]), 'minute', change);
  const field = select('Field', Object.keys(fields).map(value => [value, value]), '');
  const value = select('Its', fieldValues.map(one => [one, one]), 'p99');
  const test = select('Is', [['above', 'above'], ['below', 'below'], ['anomaly', 'unusual']], 'below', change);
  const limit = input('This number', { name: 'limit', required: true, inputmode: 'decimal', placeholder: '100' });
  const clear = input('Cleared at', { name: 'clear', inputmode: 'decimal', placeholder: 'the same' });
  const lasting = input('For at least', { name: 'for', placeholder: 'at once; 30s, 5m' });
  const webhook = input('Post changes to', { name: 'webhook', type: 'url', placeholder: 'https://…' });
  const problem = h('div', {});
  change();

  return h('form', { class: 'form', 'aria-label': 'New alert', onsubmit: submit },
    h('div', { class: 'row' }, name.element, subject.element, field.element, value.element),
    h('div', { class: 'row' }, test.element, limit.element, clear.element, lasting.element),
    webhook.element,
    problem,
    h('div', { class: 'actions' }, h('button', { type: 'submit', class: 'primary' }, 'Save the alert')));

  function change() {
    field.element.hidden = value.element.hidden = subject.select.value !== 'field';
    say(limit.element.firstChild, test.select.value === 'anomaly' ? 'So many standard deviations' : 'This number');
  }

  async function submit(event) {
    event.preventDefault();
    const beyond = Number(limit.input.value);
    const definition = {
      on: subjects[subject.select.value][1](field.select.value, value.select.value),
      [test.select.value]: test.select.value === 'anomaly' ? { deviations: beyond } : beyond,
      clear: clear.input.value.trim() === '' ? undefined : Number(clear.input.value),
      for: lasting.input.value.trim() || undefined,
      webhook: webhook.input.value.trim() || undefined,
    };
    fill(problem);
    try {
      await put(pathOf(project, metric, 'alerts', name.input.value.trim()), definition, signal);
      saved();
    } catch (error) {
      if (!signal.aborted) {
        fill(problem, fault(error));
      }
    }
  }
}

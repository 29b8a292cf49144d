// One project: its metrics, with what comes in.

import { h, fill, onFrame, say } from '../lib/dom.js';
import { isGone, pathOf } from '../lib/api.js';
import { count, plural } from '../lib/format.js';
import { head, card, flush, tiles, totalOf, empty, fault } from '../lib/parts.js';
import { link } from '../lib/router.js';
import { watch } from '../lib/stream.js';
import { virtualList } from '../lib/virtualList.js';

export function projectPage({ main, signal, project }) {
  const numbers = tiles({ rate: ['Events a second'], total: ['Events'], metrics: ['Metrics'], busy: ['Metrics with events now'] });
  const box = h('input', { type: 'search', class: 'search', placeholder: 'Find a metric', 'aria-label': 'Find a metric', autocomplete: 'off', spellcheck: 'false' });
  const found = h('span', { class: 'help', role: 'status' });
  const lines = virtualList({ label: `Metrics of ${project}`, className: 'metrics', heightMax: 648, render: (item, line) => render(project, item, line) }, signal);
  const columns = h('div', { class: 'columns metrics', 'aria-hidden': 'true' }, h('span', {}, 'Metric'), h('span', { class: 'number' }, 'Events'), h('span', { class: 'number' }, 'Events / s'));
  const place = flush(columns, lines.element);
  const nothing = h('div', {});
  const metrics = new Map();
  let latest = null;

  main.append(head(project, [['Overview', link()]]), numbers.element, card('Metrics', place, found, box));
  place.append(nothing);

  const draw = onFrame(() => {
    if (!latest) {
      return;
    }

    numbers.set('rate', count(latest.rate));
    numbers.set('total', totalOf(latest), latest.unread_count > 0 ? `${plural(latest.unread_count, 'metric')} not read since the start` : '');
    numbers.set('metrics', count(latest.metric_count));
    numbers.set('busy', count([...metrics.values()].filter(metric => metric.rate > 0).length));
    const words = box.value.trim().toLowerCase().split(/\s+/);
    const items = [...metrics.values()].filter(metric => words.every(word => metric.text.includes(word)));
    say(found, box.value.trim() === '' ? '' : plural(items.length, 'metric'));
    lines.set(items);
    fill(nothing, items.length === 0 && empty(box.value.trim() === '' ? 'No metrics yet' : `No metric is called “${box.value.trim()}”.`));
  }, signal);

  box.addEventListener('input', draw);
  box.addEventListener('keydown', event => {
    if (event.key === 'ArrowDown') {
      event.preventDefault();
      lines.focusFirst();
    }
  });
  watch(pathOf(project) + '/watch', {
    snapshot: frame => {
      metrics.clear();
      take(frame);
    },
    change: take,
    refused: () => isGone(pathOf(project), signal, error => fill(main, head(project, [['Overview', link()]]), fault(error))),
  }, signal);

  function take(frame) {
    latest = frame;
    frame.metrics.forEach(metric => metrics.set(metric.metric, { ...metric, key: metric.metric, text: metric.metric.toLowerCase() }));
    draw();
  }

  return project;
}

function render(project, item, line) {
  const values = [count(item.total), count(item.rate)];
  if (!line) {
    return h('div', {}, h('a', { href: link('projects', project, 'metrics', item.metric) }, item.metric), values.map(value => h('span', { class: 'number' }, value)));
  }

  values.forEach((value, i) => say(line.children[i + 1], value));
  return line;
}

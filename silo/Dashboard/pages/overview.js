// The whole server: how much comes in, whether it is in the tables, and every project. Typing searches all metrics.

import { h, fill, onFrame, say } from '../lib/dom.js';
import { count, brief, bytes, duration, plural } from '../lib/format.js';
import { lineChart } from '../lib/chart.js';
import { metricNames, search } from '../lib/names.js';
import { head, card, body, flush, tiles, totalOf, empty, fault } from '../lib/parts.js';
import { link } from '../lib/router.js';
import { server, follow } from '../lib/server.js';
import { virtualList } from '../lib/virtualList.js';
import { logCard } from '../parts/logCard.js';

export function overviewPage({ main, signal }) {
  const numbers = tiles({
    rate: ['Events a second'], total: ['Events'], freshness: ['Freshness'], lag: ['Lag'], drift: ['Drift'], dead: ['Dead letters', link('dead-letters')],
    parts: ['Parts'], inserts: ['Inserts a second'],
  });
  const chart = lineChart({ label: 'Events a second, the last ten minutes', format: brief, height: 170, spanSeconds: 600 }, signal);
  const log = logCard();
  const list = projectList(signal);
  main.append(head('Overview'), numbers.element, h('div', { class: 'two uneven' }, card('Events a second', body(chart.element)), log.element), list.element);

  const draw = onFrame(() => {
    sayNumbers(numbers, server.latest);
    chart.set(['Events a second'], server.course);
    log.update(server.latest.log);
    list.update();
  }, signal);
  follow(draw, signal);
  return 'Overview';
}

function sayNumbers(numbers, now) {
  numbers.set('rate', count(now.events_second));
  numbers.set('total', now.unread_count > 0 ? totalOf(now) : brief(now.total), `${plural(now.metric_count, 'metric')} in ${plural(now.project_count, 'project')}${now.unread_count > 0 ? `, ${count(now.unread_count)} not read since the start` : ''}`);
  numbers.set('freshness', duration(now.freshness_ms), now.freshness_ms === undefined ? 'nothing came lately' : 'arrival to live number');
  numbers.set('lag', brief(now.log.lag), now.log.lag === 0 ? 'all of the log is in tables' : 'records of the log not in tables', now.log.lag > 100_000 ? 'warn' : '');
  numbers.set('drift', count(now.drift), now.drift === 0 ? 'live numbers equal tables' : 'rows that differ', now.drift === 0 ? '' : 'bad');
  numbers.set('dead', count(now.dead_letters), now.dead_letters === 0 ? 'every input became an event' : 'inputs that are no events', now.dead_letters === 0 ? '' : 'warn');
  numbers.set('parts', brief(now.tables.parts), `${brief(now.tables.rows)} rows, ${bytes(now.tables.bytes)}`);
  const { second, waiting, wait_ms, failures } = now.inserts;
  numbers.set('inserts', count(second), failures > 0 ? `${plural(failures, 'failure')} since the start` : waiting > 0 ? `${count(waiting)} wait, up to ${duration(wait_ms)}` : 'none waits', failures > 0 ? 'warn' : '');
}

function projectList(signal) {
  const box = h('input', { type: 'search', class: 'search', placeholder: 'Find a project or metric', 'aria-label': 'Find a project or metric', autocomplete: 'off', spellcheck: 'false' });
  const found = h('span', { class: 'help', role: 'status' });
  const lines = virtualList({ label: 'Projects and metrics', heightMax: 612, render }, signal);
  const columns = h('div', { class: 'columns', 'aria-hidden': 'true' }, h('span', {}, 'Project'), h('span', { class: 'number' }, 'Metrics'), h('span', { class: 'number' }, 'Events'), h('span', { class: 'number' }, 'Events / s'));
  const place = flush();
  const element = card('Projects', place, found, box);
  let shown = '';

  box.addEventListener('input', update);
  box.addEventListener('keydown', event => {
    if (event.key === 'ArrowDown') {
      event.preventDefault();
      lines.focusFirst();
    }
  });

  async function update() {
    const text = box.value.trim();
    const projects = [...server.projects.values()].filter(project => project.project.includes(text.toLowerCase())).map(project => ({ key: `p ${project.project}`, ...project }));
    let metrics = [];
    try {
      metrics = text === '' ? [] : search(await metricNames(), text).map(name => ({ key: `m ${name.project}/${name.metric}`, ...name }));
    } catch (error) {
      show('fault', fault(error));
      return;
    }

    if (signal.aborted || text !== box.value.trim()) {
      return;
    }

    const items = [...projects, ...metrics];
    say(found, text === '' ? '' : `${plural(projects.length, 'project')}, ${plural(metrics.length, 'metric')}`);
    if (items.length > 0) {
      show('list', columns, lines.element);
      lines.set(items);
    } else if (text === '') {
      show('none', welcome());
    } else {
      show('nothing', empty(`Nothing is called “${text}”.`, h('p', {}, 'The search looks for every word in the names of projects and metrics.')));
    }
  }

  // The list keeps its place and focus: its element is only exchanged when there is something else to see.
  function show(what, ...children) {
    if (shown !== what || what !== 'list') {
      shown = what;
      fill(place, ...children);
    }
  }

  return { element, update };
}

function render(item, line) {
  const isMetric = item.metric !== undefined;
  const values = isMetric ? ['', '', ''] : [count(item.metric_count), totalOf(item), count(item.rate)];
  if (!line) {
    const href = isMetric ? link('projects', item.project, 'metrics', item.metric) : link('projects', item.project);
    return h('div', {}, h('a', { href }, isMetric && h('span', { class: 'of' }, `${item.project} / `), isMetric ? item.metric : item.project), values.map(value => h('span', { class: 'number' }, value)));
  }

  values.forEach((value, i) => say(line.children[i + 1], value));
  return line;
}

function welcome() {
  const command = `curl -s ${location.origin}/v1/events -d '{"project":"shop","metric":"purchase","fields":{"amount":12.5,"user":"u1","ok":true}}'`;
  return empty('No events yet', h('p', {}, 'Send the first one; its project and metric appear here by themselves:'), h('pre', { tabindex: '0' }, command));
}

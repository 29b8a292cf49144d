// One view: its windows as lines, the newest of them as a table.

import { h, fill, onFrame, say } from '../lib/dom.js';
import { get, pathOf, remove } from '../lib/api.js';
import { count, scalar, time } from '../lib/format.js';
import { lineChart, linesMax } from '../lib/chart.js';
import { head, card, body, flush, empty, fault, table } from '../lib/parts.js';
import { go, link } from '../lib/router.js';
import { watch } from '../lib/stream.js';
import { describeAggregate, describeWindow } from '../parts/viewsTab.js';

const rowsMax = 200;

// As many windows as the server keeps.
const windowsMax = 60;

// Where the server tells of views only when it is asked, the metric's stream says when to ask.
const againAfterMs = 1000;

export function viewPage({ main, signal, project, metric, view }) {
  const crumbs = [['Overview', link()], [project, link('projects', project)], [metric, link('projects', project, 'metrics', metric)], ['Views', link('projects', project, 'metrics', metric, 'views')]];
  const chart = lineChart({ label: `Windows of ${view}`, format: scalar, height: 240 }, signal);
  const what = h('p', { class: 'muted' });
  const choice = h('select', { 'aria-label': 'Aggregate in the chart', onchange: () => draw() });
  const place = flush(empty('Reading…'));
  const ending = h('button', { type: 'button', class: 'danger', onclick: end }, 'End this view');
  const newest = h('h2', {}, 'Newest window');
  let latest = null;
  main.append(head(view, crumbs, ending), what, card('Windows', body(chart.element), choice), h('section', { class: 'card', 'aria-label': 'Newest window' }, h('header', {}, newest), place));

  const draw = onFrame(() => {
    say(what, `Windows ${describeWindow(latest)}${latest.group_by.length > 0 ? `, in groups by ${latest.group_by.join(', ')}` : ''}${latest.where ? `, where ${latest.where}` : ''}. ${latest.late > 0 ? `${count(latest.late)} events came too late for their windows.` : ''}`);
    if (!choice.hasChildNodes()) {
      fill(choice, latest.aggregates.map(describeAggregate).map(name => h('option', { value: name }, name)));
    }

    chart.set(...linesOf(latest, choice.value));
    const window = latest.windows.at(-1);
    say(newest, window ? `Window from ${time(window.start)} to ${time(window.end)}${window.closed ? '' : ', still running'}` : 'Newest window');
    fill(place, window ? windowTable(latest, window) : empty('No rows yet', h('p', {}, 'Its windows appear with the first event that is in one.')));
  }, signal);
  const take = next => {
    latest = next;
    draw();
  };
  watch(pathOf(project, metric, 'views', view, 'watch'), {
    snapshot: take,
    change: frame => take(changed(latest, frame)),
    refused: async () => {
      follow();
      return true;
    },
  }, signal);

  function follow() {
    let timer = 0;
    const soon = () => { timer ||= setTimeout(read, againAfterMs); };
    const read = async () => {
      timer = 0;
      try {
        take(await get(pathOf(project, metric, 'views', view), signal));
      } catch (error) {
        if (!signal.aborted) {
          fill(main, head(view, crumbs), fault(error));
        }
      }
    };
    signal.addEventListener('abort', () => clearTimeout(timer));
    read();
    watch(pathOf(project, metric, 'watch'), { snapshot: soon, change: soon }, signal);
  }

  async function end() {
    if (confirm(`End the view “${view}”? What it has written elsewhere stays.`)) {
      try {
        await remove(pathOf(project, metric, 'views', view), signal);
        go('projects', project, 'metrics', metric, 'views');
      } catch (error) {
        main.append(fault(error));
      }
    }
  }

  return `${view} · ${metric}`;
}

// A change has what is other than before: windows by their beginnings, everything else by name.
function changed(latest, change) {
  const windows = new Map(latest.windows.map(window => [window.start, window]));
  change.windows.forEach(window => windows.set(window.start, window));
  const sorted = [...windows.values()].sort((a, b) => a.start < b.start ? -1 : 1);
  return { ...latest, ...change, windows: sorted.slice(-windowsMax) };
}

// The groups with the largest values of the newest windows, each a line.
function linesOf(view, aggregate) {
  const seconds = view.windows.map(window => Date.parse(window.start) / 1000);
  const lines = new Map();
  view.windows.forEach((window, i) => window.rows.forEach(row => {
    const name = nameOf(view, row);
    if (!lines.has(name)) {
      lines.set(name, new Array(seconds.length).fill(null));
    }

    lines.get(name)[i] = typeof row[aggregate] === 'number' || typeof row[aggregate] === 'bigint' ? Number(row[aggregate]) : null;
  }));
  const sizes = [...lines].map(([name, values]) => [name, values, values.reduce((sum, value) => sum + Math.abs(value ?? 0), 0)]).sort((a, b) => b[2] - a[2]).slice(0, linesMax);
  return sizes.length === 0 ? [[aggregate], [[], []]] : [sizes.map(([name]) => name), [seconds, ...sizes.map(([, values]) => values)]];
}

const nameOf = (view, row) => row.other ? 'all others' : view.group_by.length === 0 ? 'all' : view.group_by.map(field => scalar(row.group[field])).join(', ');

function windowTable(view, window) {
  const names = view.aggregates.map(describeAggregate);
  const columns = [...view.group_by.map(name => ({ name })), ...names.map(name => ({ name, isNumber: true }))];
  return h('div', {},
    table('Newest window', columns, window.rows.slice(0, rowsMax).map(row => h('tr', {},
      view.group_by.map((field, i) => h('td', {}, row.other ? (i === 0 ? 'all others' : '') : scalar(row.group[field]))),
      names.map(name => h('td', { class: 'number' }, scalar(row[name])))))),
    window.rows.length > rowsMax && h('p', { class: 'empty' }, `And ${count(window.rows.length - rowsMax)} more groups.`));
}

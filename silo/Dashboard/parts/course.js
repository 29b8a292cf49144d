// A metric's course over event time: which aggregate, of which field, of how long. Asked for again when the stream says that there is more.

import { h, fill } from '../lib/dom.js';
import { get, pathOf } from '../lib/api.js';
import { scalar } from '../lib/format.js';
import { lineChart, linesMax } from '../lib/chart.js';
import { card, body, fault, segments } from '../lib/parts.js';

const ranges = [['600000', '10 min', '5s'], ['3600000', '1 h', '30s'], ['86400000', '24 h', '15m'], ['2592000000', '30 d', '6h']];
const aggregates = ['count', 'sum', 'avg', 'min', 'max', 'p50', 'p90', 'p99', 'unique'];


// Between two readings: a chart of ten minutes moves by a pixel every few seconds.
const againAfterMs = 3000;

/** The card. */
export function courseCard({ signal, project, metric, state }) {
  const chosen = { range: ranges[0], aggregate: 'count', field: '', by: '' };
  const chart = lineChart({ label: 'Course over event time', format: scalar, height: 170 }, signal);
  const problem = h('div', {});
  const choices = h('div', { class: 'actions', style: { 'padding-bottom': '10px' } });
  const load = loader(async () => {
    try {
      const answer = await get(address(project, metric, chosen), signal);
      chart.set(...dataOf(answer, chosen));
      fill(problem);
    } catch (error) {
      if (!signal.aborted) {
        fill(problem, fault(error));
      }
    }
  }, signal);
  let known = '';
  let total = -1;
  state.listeners.add(latest => {
    const names = Object.entries(latest.fields).map(([name, field]) => `${field.type} ${name}`).join('\n');
    if (names !== known) {
      known = names;
      fill(choices, ...controls(latest.fields, chosen, load.now));
    }

    if (latest.total !== total) {
      total = latest.total;
      load.soon();
    }
  });
  return card('By event time', body(choices, chart.element, problem), segments('How long', ranges.map(([value, text]) => [value, text]), chosen.range[0], value => {
    chosen.range = ranges.find(range => range[0] === value);
    load.now();
  }));
}

function controls(fields, chosen, changed) {
  const choose = (name, label, values) => h('select', {
    'aria-label': label,
    onchange: event => {
      chosen[name] = event.target.value;
      changed();
    },
  }, values.map(([value, text]) => h('option', { value, selected: chosen[name] === value }, text)));
  const names = Object.keys(fields);
  return [
    choose('aggregate', 'Aggregate', aggregates.map(name => [name, name])),
    choose('field', 'Of the field', [['', 'of rows'], ...names.map(name => [name, `of ${name}`])]),
    choose('by', 'In groups by', [['', 'all together'], ...names.filter(name => !fields[name].type.startsWith('Array')).map(name => [name, `by ${name}`])]),
  ];
}

function address(project, metric, { range, aggregate, field, by }) {
  const to = Date.now();
  const stepMs = { s: 1000, m: 60_000, h: 3_600_000 }[range[2].at(-1)] * parseInt(range[2], 10);
  const end = Math.ceil(to / stepMs) * stepMs;
  const query = new URLSearchParams({ from: end - Number(range[0]), to: end, step: range[2], agg: aggregate });
  if (field !== '' && (aggregate !== 'count' || field)) {
    query.set('field', field);
  }

  if (by !== '') {
    query.set('by', by);
    query.set('groups', linesMax - 1);
  }

  return `${pathOf(project, metric, 'series')}?${query}`;
}

// Intervals without rows are left out of the answer: a count is 0 there, everything else unknown.
function dataOf(answer, { aggregate }) {
  const step = parseInt(answer.step, 10) * { s: 1, m: 60, h: 3600, d: 86_400 }[answer.step.at(-1)];
  const first = Date.parse(answer.from) / 1000;
  const seconds = [];
  for (let at = first; at < Date.parse(answer.to) / 1000; at += step) {
    seconds.push(at);
  }

  const lines = answer.series.slice(0, linesMax).map(series => {
    const values = new Array(seconds.length).fill(aggregate === 'count' ? 0 : null);
    series.points.forEach(([time, value]) => values[Math.round((Date.parse(time) / 1000 - first) / step)] = value === null ? null : Number(value));
    return values;
  });
  const names = answer.series.slice(0, linesMax).map(series => series.other ? 'all others' : series.group === null ? 'no value' : series.group ?? aggregate);
  return [names.length > 0 ? names : [aggregate], [seconds, ...(lines.length > 0 ? lines : [seconds.map(() => aggregate === 'count' ? 0 : null)])]];
}

// One request at a time; what is asked for meanwhile is asked once more at the end.
function loader(read, signal) {
  let timer = 0;
  let running = false;
  let again = false;
  async function now() {
    clearTimeout(timer);
    timer = 0;
    if (running) {
      again = true;
      return;
    }

    running = true;
    do {
      again = false;
      await read();
    } while (again && !signal.aborted);
    running = false;
  }

  signal.addEventListener('abort', () => clearTimeout(timer));
  let last = 0;
  return {
    now,
    soon() {
      if (timer === 0) {
        timer = setTimeout(() => {
          last = Date.now();
          now();
        }, Math.max(0, last + againAfterMs - Date.now()));
      }
    },
  };
}

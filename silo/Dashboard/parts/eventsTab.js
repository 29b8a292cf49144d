// The newest rows of the table, by event time. They follow the stream, but not faster than one can read: each reading writes to the table what is on its way.

import { h, fill } from '../lib/dom.js';
import { get, pathOf } from '../lib/api.js';
import { scalar, time } from '../lib/format.js';
import { card, flush, empty, fault, table } from '../lib/parts.js';

const rowsMax = 50;
const againAfterMs = 4000;

export function eventsTab({ place, signal, project, metric, state }) {
  const rows = flush(empty('Reading…'));
  const pause = h('button', { type: 'button', 'aria-pressed': 'false', onclick: () => {
    isPaused = !isPaused;
    pause.setAttribute('aria-pressed', String(isPaused));
    fill(pause, isPaused ? 'Follow' : 'Pause');
    read();
  } }, 'Pause');
  let isPaused = false;
  let total = null;
  let timer = 0;
  let readAt = 0;
  place.append(card(`The newest ${rowsMax} by event time`, rows, pause));
  state.listeners.add(latest => {
    if (latest.total !== total && timer === 0 && !isPaused) {
      total = latest.total;
      timer = setTimeout(read, Math.max(0, readAt + againAfterMs - Date.now()));
    }
  });
  signal.addEventListener('abort', () => clearTimeout(timer));

  async function read() {
    timer = 0;
    if (isPaused) {
      return;
    }

    readAt = Date.now();
    try {
      const { events } = await get(`${pathOf(project, metric, 'events')}?limit=${rowsMax}`, signal);
      fill(rows, events.length === 0 ? empty('No rows', h('p', {}, 'The table is empty.')) : eventTable(events));
    } catch (error) {
      if (!signal.aborted) {
        fill(rows, fault(error));
      }
    }
  }
}

function eventTable(events) {
  const fields = [...new Set(events.flatMap(event => Object.keys(event.fields)))];
  const hasIds = events.some(event => event.id !== undefined);
  const hasExtra = events.some(event => event.extra !== undefined);
  const columns = [{ name: 'Time' }, ...(hasIds ? [{ name: 'Id' }] : []), ...fields.map(name => ({ name, isNumber: events.some(event => isNumber(event.fields[name])) })), ...(hasExtra ? [{ name: 'No column takes' }] : [])];
  return table('Newest events', columns, events.map(event => h('tr', {},
    h('td', { title: event.time }, time(event.time)),
    hasIds && h('td', { class: 'cut' }, event.id ?? ''),
    fields.map(name => h('td', { class: isNumber(event.fields[name]) ? 'number' : 'cut', title: typeof event.fields[name] === 'string' && event.fields[name] }, text(event.fields[name]))),
    hasExtra && h('td', { class: 'cut' }, event.extra ? Object.entries(event.extra).map(([name, value]) => `${name}: ${value}`).join(', ') : ''))));
}

const isNumber = value => typeof value === 'number' || typeof value === 'bigint';
const text = value => value === undefined ? '' : Array.isArray(value) ? value.map(scalar).join(', ') : scalar(value);

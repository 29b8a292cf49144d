// Read-only SQL over all tables. The statement is in the address, so a question can be shared.

import { h, fill } from '../lib/dom.js';
import { query as ask } from '../lib/api.js';
import { bytes, count, plural, scalar } from '../lib/format.js';
import { lineChart, linesMax } from '../lib/chart.js';
import { head, card, body, flush, empty, fault, segments, table } from '../lib/parts.js';
import { replace } from '../lib/router.js';
import { server } from '../lib/server.js';

const rowsMax = 1000;

export function sqlPage({ main, signal, query }) {
  const text = h('textarea', { id: 'sql', rows: 6, spellcheck: 'false', autocapitalize: 'off', 'aria-label': 'SQL', placeholder: 'SELECT …', onkeydown: event => {
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      run();
    }
  } });
  text.value = query.q ?? usual();
  const button = h('button', { type: 'submit', class: 'primary' }, 'Run');
  const note = h('span', { class: 'help', role: 'status' });
  const place = h('div', { class: 'stack' }, card('Answer', flush(empty('Nothing asked yet', h('p', {}, 'A project is a database, a metric is a table. Ctrl+Enter runs the statement; it can read, and nothing else.')))));
  let asking = new AbortController();
  main.append(head('SQL'), h('form', { class: 'form', onsubmit: event => {
    event.preventDefault();
    run();
  } }, text, h('div', { class: 'actions' }, button, note)), place);
  signal.addEventListener('abort', () => asking.abort());
  if (query.q) {
    run();
  }

  async function run() {
    const sql = text.value.trim();
    asking.abort();
    asking = new AbortController();
    const mine = asking.signal;
    replace('sql', { q: sql });
    button.disabled = true;
    fill(note, 'Running…');
    try {
      const answer = await ask(sql, undefined, mine);
      fill(note, `${plural(answer.rows.length, 'row')} in ${answer.statistics.elapsed.toFixed(3)} s, ${count(answer.statistics.rows_read)} rows and ${bytes(answer.statistics.bytes_read)} read`);
      fill(place, answerCard(answer, signal));
    } catch (error) {
      if (!mine.aborted) {
        fill(note);
        fill(place, fault(error));
      }
    }

    if (!mine.aborted) {
      button.disabled = false;
    }
  }

  return 'SQL';
}

// Something that works as it stands, on what there is.
function usual() {
  const first = [...server.projects.keys()][0];
  return first ? `SELECT name, total_rows, formatReadableSize(total_bytes) AS size\nFROM system.tables\nWHERE database = '${first}'\nORDER BY total_rows DESC` : 'SELECT name FROM system.databases';
}

function answerCard(answer, signal) {
  const drawn = chartable(answer);
  const place = flush();
  const show = what => fill(place, what === 'chart' ? body(chartOf(answer, drawn, signal)) : rowsTable(answer));
  show('table');
  return card('Answer', place, drawn && segments('Show as', [['table', 'Table'], ['chart', 'Chart']], 'table', show));
}

function rowsTable(answer) {
  const isNumber = answer.types.map(type => /^(Nullable\()?(U?Int|Float|Decimal)/.test(type));
  if (answer.rows.length === 0) {
    return empty('No rows');
  }

  return h('div', {},
    table('Answer', answer.names.map((name, i) => ({ name, isNumber: isNumber[i] })), answer.rows.slice(0, rowsMax).map(row => h('tr', {}, row.map((value, i) =>
      h('td', { class: isNumber[i] ? 'number' : 'text' }, value === null ? h('span', { class: 'muted' }, 'NULL') : isNumber[i] ? number(value) : typeof value === 'object' ? JSON.stringify(value) : String(value)))))),
    answer.rows.length > rowsMax && h('p', { class: 'empty' }, `The first ${count(rowsMax)} of ${count(answer.rows.length)} rows.`));
}

// 64-bit integers come as texts, to be exact.
const number = value => typeof value === 'string' && /^-?\d+$/.test(value) ? count(BigInt(value)) : scalar(value);

// A first column of times or ascending numbers, and numbers beside it.
function chartable({ types, rows }) {
  const isTime = /^(Nullable\()?Date/.test(types[0]);
  const numbers = types.map((type, i) => i).slice(1).filter(i => /^(Nullable\()?(U?Int|Float|Decimal)/.test(types[i])).slice(0, linesMax);
  return rows.length > 1 && numbers.length > 0 && (isTime || /^U?Int|^Float/.test(types[0])) ? { isTime, numbers } : null;
}

function chartOf({ names, rows }, { isTime, numbers }, signal) {
  const points = rows.map(row => [isTime ? Date.parse(`${String(row[0]).replace(' ', 'T')}${/[Z+]/.test(row[0]) ? '' : /\d:\d/.test(row[0]) ? 'Z' : ''}`) / 1000 : Number(row[0]), row]).sort((a, b) => a[0] - b[0]);
  const chart = lineChart({ label: 'Answer', format: scalar, height: 300, isTime }, signal);
  chart.set(numbers.map(i => names[i]), [points.map(point => point[0]), ...numbers.map(i => points.map(([, row]) => row[i] === null ? null : Number(row[i])))]);
  return chart.element;
}

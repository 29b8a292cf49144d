// Inputs that could not become events: look at them, and replay those that are events now.

import { h, fill } from '../lib/dom.js';
import { get, post } from '../lib/api.js';
import { bytes, count, plural, time } from '../lib/format.js';
import { announcement, head, card, body, flush, empty, fault, input, select, table } from '../lib/parts.js';
import { replace } from '../lib/router.js';
import { server, follow } from '../lib/server.js';

const pageSize = 100;

export function deadLettersPage({ main, signal, query }) {
  const project = input('Project', { name: 'project', value: query.project ?? '' });
  const metric = input('Metric', { name: 'metric', value: query.metric ?? '' });
  const code = input('Code', { name: 'code', value: query.code ?? '', placeholder: 'string_too_long' });
  const replayed = select('Show', [['false', 'not replayed'], ['', 'all'], ['true', 'replayed']], query.replayed ?? 'false', apply);
  const said = announcement();
  const list = flush(empty('Reading…'));
  const detail = h('div', { class: 'stack' });
  const replayAll = h('button', { type: 'button', onclick: () => replay({ ...filter(), ...(Object.keys(filter()).length === 0 ? { all: true } : {}) }) }, 'Replay all of these');
  let known = -1;
  let chosen = null;

  main.append(
    head('Dead letters', [], replayAll),
    h('form', { class: 'form', 'aria-label': 'Which dead letters', onsubmit: event => {
      event.preventDefault();
      apply();
    } }, h('div', { class: 'row' }, project.element, metric.element, code.element, replayed.element, h('button', { type: 'submit' }, 'Show'))),
    said.element,
    h('div', { class: 'two apart' }, card('Newest first', list), detail));
  choose(null);
  follow(() => {
    if (server.latest.dead_letters !== known) {
      known = server.latest.dead_letters;
      read();
    }
  }, signal);

  function filter() {
    const values = { project: project.input.value.trim(), metric: metric.input.value.trim(), code: code.input.value.trim() };
    return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== ''));
  }

  function apply() {
    replace('dead-letters', { ...filter(), replayed: replayed.select.value });
    read();
  }

  async function read(before) {
    try {
      const parameters = { ...filter(), limit: pageSize, ...(replayed.select.value === '' ? {} : { replayed: replayed.select.value }), ...(before ? { before } : {}) };
      const answer = await get(`v1/dead-letters?${new URLSearchParams(parameters)}`, signal);
      show(answer, before);
    } catch (error) {
      if (!signal.aborted) {
        fill(list, fault(error));
      }
    }
  }

  function show({ dead_letters: letters, next }, before) {
    replayAll.disabled = letters.length === 0;
    if (letters.length === 0) {
      fill(list, empty(before ? 'No more' : 'No dead letters', h('p', {}, before ? '' : 'Every input that this asks for became an event.')));
      return;
    }

    const columns = [{ name: 'Time' }, { name: 'Code' }, { name: 'Meant for' }, { name: 'Size', isNumber: true }];
    fill(list,
      table('Dead letters', columns, letters.map(letter => {
        const row = h('tr', { 'data-position': letter.position },
          h('td', {}, h('button', { type: 'button', class: 'plain', onclick: () => choose(letter) }, time(letter.time))),
          h('td', {}, letter.code, letter.replayed && [' ', h('span', { class: 'tag good' }, 'replayed')]),
          h('td', { class: 'text' }, [letter.project, letter.metric].filter(Boolean).join(' / ') || '–'),
          h('td', { class: 'number' }, bytes(letter.raw_size)));
        return row;
      })),
      (next || before) && h('div', { class: 'body actions' }, before && h('button', { type: 'button', onclick: () => read() }, 'Newest'), next && h('button', { type: 'button', onclick: () => read(next) }, 'Older ones')));
    mark();
  }

  function choose(letter) {
    chosen = letter;
    mark();
    fill(detail, letter ? letterCard(letter, () => replay({ positions: [letter.position] })) : card('One of them', flush(empty('Choose one', h('p', {}, 'Its bytes and what was wrong with it are shown here.')))));
  }

  function mark() {
    list.querySelectorAll('tr[data-position]').forEach(row => row.classList.toggle('chosen', row.dataset.position === chosen?.position));
  }

  async function replay(order) {
    said.say('Replaying…');
    try {
      const answer = await post('v1/dead-letters/replay', order, signal);
      said.say(describe(answer), answer.replayed === 0 && answer.still_refused_count > 0);
      await read();
    } catch (error) {
      if (!signal.aborted) {
        said.say(error.message, true);
      }
    }
  }

  return 'Dead letters';
}

function describe(answer) {
  const first = answer.still_refused[0];
  const parts = [
    `${plural(answer.replayed, 'letter')} replayed`,
    answer.already > 0 && `${count(answer.already)} were before`,
    answer.truncated > 0 && `${count(answer.truncated)} lack bytes`,
    answer.still_refused_count > 0 && `${count(answer.still_refused_count)} still refused${first ? `: ${first.message}` : ''}`,
  ].filter(Boolean);
  return `${parts.join('; ')}${answer.next ? '. There are more: replay again.' : /[.!]$/.test(parts.at(-1)) ? '' : '.'}`;
}

function letterCard(letter, replay) {
  const facts = [
    ['Time', time(letter.time)], ['Position', letter.position], ['Meant for', [letter.project, letter.metric].filter(Boolean).join(' / ') || '–'], ['Topic', letter.topic],
    ['Sent as', letter.bare ? 'bare fields' : 'an event'], ['Size', bytes(letter.raw_size)], ['Replayed', letter.replayed ? time(letter.replayed) : 'not yet'],
  ].filter(([, value]) => value);
  return card(letter.code, body(h('div', { class: 'stack' },
    h('p', {}, letter.reason),
    h('dl', { class: 'pairs left' }, facts.map(([name, value]) => [h('dt', {}, name), h('dd', {}, value)])),
    h('pre', { class: 'code tall', tabindex: '0', role: 'region', 'aria-label': 'Its bytes' }, letter.raw),
    letter.raw_encoding === 'base64' && h('p', { class: 'help' }, 'These bytes are no text: they are shown in base64.'))),
  h('button', { type: 'button', class: 'primary', onclick: replay }, 'Replay'));
}

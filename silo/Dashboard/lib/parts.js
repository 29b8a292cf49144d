// Pieces that many pages have.

import { h, fill, say } from './dom.js';
import { count } from './format.js';

/** The top of a page: where it is, its title, and what stands beside it. */
export function head(title, crumbs = [], ...beside) {
  return h('div', { class: 'head' },
    h('div', {},
      crumbs.length > 0 && h('nav', { 'aria-label': 'Where this is' }, h('ol', { class: 'crumbs', style: { margin: '0', padding: '0', 'list-style': 'none' } }, crumbs.map(([text, href]) => h('li', {}, h('a', { href }, text))))),
      h('h1', { tabindex: '-1' }, title)),
    beside.length > 0 && h('div', { class: 'actions' }, ...beside));
}

/** A box with a title. */
export function card(title, body, ...beside) {
  const id = `card-${nextId()}`;
  return h('section', { class: 'card', 'aria-labelledby': id },
    h('header', {}, h('h2', { id }, title), beside.length > 0 && h('div', { class: 'actions' }, ...beside)),
    body);
}

/** What a card holds. */
export const body = (...children) => h('div', { class: 'body' }, ...children);

/** What a card holds, up to its edges: tables and lists. */
export const flush = (...children) => h('div', { class: 'body flush' }, ...children);

/**
 * Tiles of numbers: tiles({ rate: ['Events a second'], … }) gives { element, set }, and set('rate', '12', 'a note') changes one.
 * @param {Record<string, [label: string, href?: string]>} tiles
 */
export function tiles(tiles) {
  const values = {};
  const element = h('dl', { class: 'tiles' }, Object.entries(tiles).map(([name, [label, href]]) => {
    const value = h(href ? 'a' : 'span', { href }, '–');
    const note = h('span', { class: 'note' });
    values[name] = { value, note };
    return h('div', { class: 'tile', 'data-tile': name }, h('dt', {}, label), h('dd', {}, value), h('dd', { class: 'note' }, note));
  }));
  return {
    element,
    set(name, text, note = '', tone = '') {
      say(values[name].value, text);
      say(values[name].note, note);
      values[name].value.className = tone;
    },
  };
}

/** A project's events: at least so many where not all of its metrics were read since the server's start. */
export const totalOf = ({ total, unread_count: unread, metric_count: metrics }) => unread === 0 ? count(total) : unread === metrics ? '–' : `≥ ${count(total)}`;

/** Something that is not there yet, and what to do about it. */
export const empty = (title, ...more) => h('div', { class: 'empty' }, h('strong', {}, title), ...more);

/** What went wrong, in the server's words. */
export const fault = error => h('div', { class: 'fault', role: 'alert' }, h('strong', {}, error.status === 404 ? 'Not here' : 'That did not work'), h('span', {}, error.message));

/** A line that screen readers are told of when it changes. */
export function announcement() {
  const element = h('p', { class: 'said', role: 'status', hidden: true });
  return {
    element,
    say(text, isBad = false) {
      element.hidden = text === '';
      element.classList.toggle('bad', isBad);
      fill(element, text);
    },
  };
}

/** A few choices of which one counts. */
export function segments(label, choices, chosen, choose) {
  const buttons = choices.map(([value, text]) => h('button', {
    type: 'button', 'aria-pressed': String(value === chosen),
    onclick: () => {
      buttons.forEach((button, i) => button.setAttribute('aria-pressed', String(choices[i][0] === value)));
      choose(value);
    },
  }, text));
  return h('div', { class: 'segments', role: 'group', 'aria-label': label }, buttons);
}

/** A labelled select. */
export function select(label, choices, chosen, change) {
  const element = h('select', { onchange: event => change?.(event.target.value) }, choices.map(([value, text]) => h('option', { value, selected: value === chosen }, text)));
  return { element: h('label', { class: 'field' }, label, element), select: element };
}

/** A labelled input. */
export function input(label, attributes) {
  const element = h('input', { type: 'text', autocomplete: 'off', spellcheck: 'false', ...attributes });
  return { element: h('label', { class: 'field' }, label, element), input: element };
}

/** A table that can be scrolled sideways, by keyboard too. */
export function table(label, columns, rows) {
  return h('div', { class: 'scroll tall', tabindex: '0', role: 'region', 'aria-label': label },
    h('table', {},
      h('thead', {}, h('tr', {}, columns.map(column => h('th', { scope: 'col', class: column.isNumber && 'number' }, column.name)))),
      h('tbody', {}, rows)));
}

/** A name for an element that others refer to. */
export const nextId = (() => {
  let last = 0;
  return () => ++last;
})();

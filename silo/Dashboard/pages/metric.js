// One metric: its live numbers at the top, and below what the tab says.

import { h, fill, onFrame } from '../lib/dom.js';
import { isGone, pathOf } from '../lib/api.js';
import { count, duration, time } from '../lib/format.js';
import { head, tiles, fault } from '../lib/parts.js';
import { link } from '../lib/router.js';
import { watch } from '../lib/stream.js';
import { liveTab } from '../parts/liveTab.js';
import { eventsTab } from '../parts/eventsTab.js';
import { schemaTab } from '../parts/schemaTab.js';
import { viewsTab } from '../parts/viewsTab.js';
import { alertsTab } from '../parts/alertsTab.js';

const tabs = { live: ['Live', liveTab], events: ['Latest events', eventsTab], schema: ['Schema', schemaTab], views: ['Views', viewsTab], alerts: ['Alerts', alertsTab] };

export function metricPage({ main, signal, project, metric, tab = 'live' }) {
  const crumbs = [['Overview', link()], [project, link('projects', project)]];
  const numbers = tiles({
    total: ['Events'], second: ['Events a second'], minute: ['Events a minute'], freshness: ['Freshness'], duplicates: ['Duplicates'], late: ['Late'], durable: ['Rows in the table'], drift: ['Drift'],
  });
  const place = h('div', { class: 'stack' });
  const shown = tabs[tab] ?? tabs.live;
  const state = { latest: null, listeners: new Set() };
  main.append(head(metric, crumbs), numbers.element, tabLinks(project, metric, shown), place);
  shown[1]({ place, signal, project, metric, state });

  const draw = onFrame(() => {
    sayNumbers(numbers, state.latest);
    state.listeners.forEach(listener => listener(state.latest));
  }, signal);
  watch(pathOf(project, metric, 'watch'), {
    snapshot: frame => {
      state.latest = frame;
      draw();
    },
    change: frame => {
      state.latest = { ...frame, fields: { ...state.latest?.fields, ...frame.fields } };
      draw();
    },
    refused: () => isGone(pathOf(project, metric), signal, error => fill(main, head(metric, crumbs), fault(error))),
  }, signal);
  return `${metric} · ${project}`;
}

function tabLinks(project, metric, shown) {
  return h('nav', { class: 'tabs', 'aria-label': 'Of this metric' }, Object.entries(tabs).map(([name, tab]) => h('a', {
    href: name === 'live' ? link('projects', project, 'metrics', metric) : link('projects', project, 'metrics', metric, name), 'aria-current': tab === shown && 'page',
  }, tab[0])));
}

function sayNumbers(numbers, now) {
  numbers.set('total', count(now.total), now.first === undefined ? '' : `${time(now.first)} to ${time(now.last)}`);
  numbers.set('second', count(now.rate.second));
  numbers.set('minute', count(now.rate.minute));
  numbers.set('freshness', duration(now.freshness_ms), 'of the newest events');
  numbers.set('duplicates', count(now.duplicates), now.duplicates > 0 ? 'dropped by their ids' : 'none was sent twice');
  numbers.set('late', count(now.late), now.late > 0 ? 'long after their time' : 'all came in time');
  const waiting = Number(now.total) - Number(now.durable.rows);
  numbers.set('durable', count(now.durable.rows), waiting > 0 ? `${count(waiting)} on their way` : 'all of them');
  numbers.set('drift', count(now.durable.drift), now.durable.drift === 0 ? 'live equals table' : 'rows that differ', now.durable.drift === 0 ? '' : 'bad');
}

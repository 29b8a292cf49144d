// All alerts, raised ones first.

import { h, fill } from '../lib/dom.js';
import { followAlerts } from '../lib/alertsFeed.js';
import { scalar, time } from '../lib/format.js';
import { head, card, flush, empty, fault, table } from '../lib/parts.js';
import { link } from '../lib/router.js';

export function alertsPage({ main, signal }) {
  const list = flush(empty('Reading…'));
  main.append(head('Alerts'), card('All of them', list));
  followAlerts('v1/alerts?limit=10000', {
    alerts: alerts => fill(list, alerts.length === 0 ? empty('No alerts', h('p', {}, 'An alert belongs to a metric: open one, and its tab “Alerts”.')) : alertsTable(alerts)),
    missing: () => fill(list, unavailable()),
    failed: error => fill(list, fault(error)),
  }, signal)();
  return 'Alerts';
}

/** What is shown where the server has no alerts. */
export const unavailable = () => empty('Not available', h('p', {}, 'This server has no alerts.'));

/** Alerts as a table, raised ones first. */
export function alertsTable(alerts, actions) {
  const rows = alerts.toSorted((a, b) => (a.state === 'raised' ? 0 : 1) - (b.state === 'raised' ? 0 : 1));
  const columns = [{ name: 'State' }, { name: 'Alert' }, { name: 'Metric' }, { name: 'Since' }, { name: 'Value', isNumber: true }, { name: 'Threshold', isNumber: true }, { name: 'What it says' }, ...(actions ? [{ name: '' }] : [])];
  return table('Alerts', columns, rows.map(alert => h('tr', {},
    h('td', {}, h('span', { class: `tag ${alert.state === 'raised' ? 'bad' : 'good'}` }, alert.state)),
    h('th', { scope: 'row' }, alert.alert),
    h('td', {}, h('a', { href: link('projects', alert.project, 'metrics', alert.metric, 'alerts') }, `${alert.project} / ${alert.metric}`)),
    h('td', {}, time(alert.since)), h('td', { class: 'number' }, scalar(alert.value)), h('td', { class: 'number' }, scalar(alert.threshold)), h('td', { class: 'text' }, alert.message ?? ''),
    actions && h('td', {}, actions(alert)))));
}

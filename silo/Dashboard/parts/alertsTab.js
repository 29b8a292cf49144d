// A metric's alerts, and a form for another.

import { h, fill } from '../lib/dom.js';
import { followAlerts } from '../lib/alertsFeed.js';
import { pathOf, remove } from '../lib/api.js';
import { card, body, flush, empty, fault } from '../lib/parts.js';
import { alertsTable, unavailable } from '../pages/alerts.js';
import { alertForm } from './alertForm.js';

export function alertsTab({ place, signal, project, metric, state }) {
  const list = flush(empty('Reading…'));
  const form = body();
  const formCard = card('New alert', form);
  place.append(card('Alerts of this metric', list));
  const read = followAlerts(pathOf(project, metric, 'alerts'), { alerts: show, missing: () => fill(list, unavailable()), failed: error => fill(list, fault(error)) }, signal);
  read();
  state.listeners.add(latest => {
    if (!form.hasChildNodes()) {
      fill(form, alertForm({ signal, project, metric, fields: latest.fields, saved: read }));
    }
  });

  function show(alerts) {
    fill(list, alerts.length === 0
      ? empty('No alerts yet', h('p', {}, 'An alert is raised when a number of this metric is too high, too low or unusual.'))
      : alertsTable(alerts.map(alert => ({ project, metric, ...alert })), end));
    if (!formCard.isConnected) {
      place.append(formCard);
    }
  }

  function end(alert) {
    return h('button', {
      type: 'button', class: 'plain danger',
      onclick: async () => {
        try {
          await remove(pathOf(project, metric, 'alerts', alert.alert), signal);
        } catch (error) {
          fill(list, fault(error));
          return;
        }

        read();
      },
    }, 'Remove');
  }
}

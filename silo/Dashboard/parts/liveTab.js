// The metric's rate as it moves, its course over event time, and its fields.

import { h } from '../lib/dom.js';
import { brief } from '../lib/format.js';
import { lineChart } from '../lib/chart.js';
import { card, body } from '../lib/parts.js';
import { courseCard } from './course.js';
import { fieldsCard } from './fields.js';

const secondsMax = 300;

export function liveTab({ place, signal, project, metric, state }) {
  const chart = lineChart({ label: 'Events a second as they arrive', format: brief, height: 212, spanSeconds: secondsMax }, signal);
  const rate = rateCourse();
  const fields = fieldsCard();
  place.append(
    h('div', { class: 'two' }, card('Events a second, as they arrive', body(chart.element)), courseCard({ signal, project, metric, state })),
    fields.element);
  state.listeners.add(latest => {
    if (rate.take(latest, Date.now())) {
      chart.set(['Events a second'], rate.data());
    }

    fields.update(latest);
  });
}

// Arrivals by the second, from the totals that the stream tells: a point a second, the last five minutes.
function rateCourse() {
  const seconds = [];
  const rates = [];
  let total = null;
  let at = 0;
  return {
    take(latest, nowMs) {
      if (total === null) {
        total = Number(latest.total);
        at = nowMs;
      } else if (nowMs - at < 1000) {
        return false;
      } else {
        seconds.push(Math.round(nowMs / 1000));
        rates.push(Math.max(0, Math.round((Number(latest.total) - total) * 1000 / (nowMs - at))));
        total = Number(latest.total);
        at = nowMs;
      }

      if (seconds.length > secondsMax) {
        seconds.shift();
        rates.shift();
      }

      return true;
    },
    data: () => [seconds, rates],
  };
}

// The names of all metrics, for searching. Asked for once, and again when the server has told of more.

import { query } from './api.js';
import { server } from './server.js';

const sql = "SELECT project, metric FROM analytics.metrics FINAL WHERE project != 'analytics' ORDER BY project, metric";

let names = null;
let countThen = -1;
let asking = null;

/** All names: [{ project, metric, text }], `text` in small letters. */
export async function metricNames() {
  const countNow = server.latest?.metric_count ?? 0;
  if (names && countNow === countThen) {
    return names;
  }

  asking ??= query(sql).then(
    answer => {
      countThen = countNow;
      names = answer.rows.map(([project, metric]) => ({ project, metric, text: `${project}/${metric}`.toLowerCase() }));
      return names;
    }).finally(() => { asking = null; });
  return asking;
}

/** Those that have every word of a text in them; names that begin with it come first. */
export function search(all, text) {
  const words = text.toLowerCase().split(/\s+/).filter(word => word !== '');
  const found = all.filter(name => words.every(word => name.text.includes(word)));
  const begins = name => name.metric.toLowerCase().startsWith(words[0]) ? 0 : 1;
  return words.length === 0 ? found : found.toSorted((a, b) => begins(a) - begins(b));
}

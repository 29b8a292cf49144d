// Alerts as they are now. The server's stream says when to look: whether one is raised changes with time, also where no event comes.

import { get } from './api.js';
import { server, follow } from './server.js';

// Between two looks: an alert that is raised has lasted for seconds at least.
const againAfterMs = 5000;

/**
 * Tells of alerts when they are other than before, until the signal ends.
 * @param {string} path Of all alerts, or of a metric's.
 * @param {{ alerts: (alerts: object[]) => void, missing: () => void, failed: (error: Error) => void }} handlers `missing` when this server has none.
 * @returns {() => void} Looks at once.
 */
export function followAlerts(path, handlers, signal) {
  let readAt = 0;
  let told = '';
  let isReading = false;
  let isMissing = false;
  follow(() => server.state === 'live' && Date.now() - readAt >= againAfterMs && read(), signal);
  return read;

  async function read() {
    if (isReading || isMissing) {
      return;
    }

    isReading = true;
    readAt = Date.now();
    try {
      const { alerts } = await get(path, signal);
      const now = JSON.stringify(alerts);
      if (now !== told) {
        told = now;
        handlers.alerts(alerts);
      }
    } catch (error) {
      if (!signal.aborted) {
        isMissing = error.status === 404;
        told = '';
        isMissing ? handlers.missing() : handlers.failed(error);
      }
    }

    isReading = false;
  }
}

// Server-sent events: a snapshot, then changes. A connection that is lost comes back by itself, and the server sends what is missing.

import { parse } from './json.js';

// EventSource gives up when it is answered with anything but 200, as by a proxy whose server restarts; it is opened again after so long.
const againAfterMs = 2000;

/**
 * Opens a stream until the signal ends. While the page is hidden nothing is read.
 * @param {string} path
 * @param {{ snapshot: (data: object) => void, change: (data: object) => void, state?: (state: 'live' | 'lost') => void, refused?: () => Promise<boolean> }} handlers
 *   `refused` is asked when the server accepts no connection, but has not told why: true gives up.
 * @param {AbortSignal} signal
 */
export function watch(path, handlers, signal) {
  let source = null;
  let timer = 0;
  let wasLive = false;

  function open() {
    clearTimeout(timer);
    if (source || signal.aborted || document.hidden) {
      return;
    }

    source = new EventSource(path);
    source.addEventListener('open', () => {
      wasLive = true;
      handlers.state?.('live');
    });
    source.addEventListener('snapshot', event => handlers.snapshot(parse(event.data)));
    source.addEventListener('change', event => handlers.change(parse(event.data)));
    source.addEventListener('error', lost);
  }

  async function lost() {
    handlers.state?.('lost');
    if (source?.readyState === EventSource.CLOSED) {
      close();
      if (wasLive || !await handlers.refused?.()) {
        timer = setTimeout(open, againAfterMs);
      }
    }
  }

  function close() {
    clearTimeout(timer);
    source?.close();
    source = null;
  }

  document.addEventListener('visibilitychange', () => document.hidden ? close() : open(), { signal });
  window.addEventListener('pagehide', close, { signal });
  signal.addEventListener('abort', close);
  open();
}

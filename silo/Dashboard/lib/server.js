// The server as a whole, watched once for all pages: its newest numbers, the course of the last minutes, and whether it can be reached.

import { watch } from './stream.js';

const secondsMax = 600;
const listeners = new Set();
const stateListeners = new Set();

/** What is known. `latest` is null before the first answer; `course` are [seconds since 1970, events a second]. */
export const server = { latest: null, state: 'connecting', projects: new Map(), course: [[], []] };

/** Begins to watch; once. */
export function start() {
  // The first frame knows of no rate.
  let isFirst = true;
  watch('v1/watch', { snapshot, change: take, state }, new AbortController().signal);

  function snapshot(frame) {
    isFirst = true;
    server.projects.clear();
    take(frame);
  }

  function take(frame) {
    server.latest = frame;
    frame.projects.forEach(project => server.projects.set(project.project, project));
    const [seconds, events] = server.course;
    if (!isFirst) {
      seconds.push(Date.parse(frame.time) / 1000);
      events.push(frame.events_second);
    }

    isFirst = false;
    if (seconds.length > secondsMax) {
      seconds.shift();
      events.shift();
    }

    state('live');
    listeners.forEach(listener => listener());
  }

  function state(now) {
    server.state = now;
    stateListeners.forEach(listener => listener());
  }
}

/** Calls a function whenever the connection comes or goes. */
export const onState = listener => stateListeners.add(listener);

/** Calls a function now, if anything is known, and after every frame until the signal ends. */
export function follow(listener, signal) {
  listeners.add(listener);
  signal.addEventListener('abort', () => listeners.delete(listener));
  if (server.latest) {
    listener();
  }
}

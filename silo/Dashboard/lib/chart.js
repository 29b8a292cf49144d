// Line charts by uPlot, which comes from npm into the server's output. Where it is missing the page says so, and everything else works.

import { h, fill } from './dom.js';
import { scalar, time } from './format.js';
import { colour, onChange } from './theme.js';

const missing = 'Charts need uPlot, which was not there when the server was built: run eng/fetch-uplot.sh (it needs npm) and build again.';

/** Lines of one chart at most: more cannot be told apart. */
export const linesMax = 8;

// A chart of what has just begun is as wide as this; and steps of its axis, in seconds.
const secondsMin = 60;
const increments = [1, 5, 10, 30, 60, 300, 600, 1800, 3600, 10_800, 21_600, 43_200, 86_400, 172_800, 604_800, 2_592_000];

let loading = null;

/**
 * A chart in a figure, with a key below.
 * @param {{ label: string, format: (value: number) => string, height?: number, spanSeconds?: number, isTime?: boolean }} options `label` is said to screen readers;
 *   `spanSeconds` is how much of the newest is shown; without `isTime: false` the first list are times.
 * @param {AbortSignal} signal Ends it.
 * @returns {{ element: HTMLElement, set: (names: string[], data: number[][]) => void }} `data` is seconds since 1970, ascending, then a list of values for each name.
 */
export function lineChart(options, signal) {
  const plot = h('div', { class: 'plot', role: 'img', 'aria-label': options.label });
  const key = h('div', { class: 'plot-note', 'aria-hidden': 'true' });
  const element = h('figure', {}, plot, key);
  let chart = null;
  let UPlot = null;
  let shown = null;

  function build() {
    chart?.destroy();
    chart = null;
    if (UPlot && shown && plot.isConnected && plot.clientWidth > 0) {
      chart = new UPlot(optionsOf(options, shown.names, plot.clientWidth), shown.data, plot);
    }
  }

  function set(names, data) {
    const isOther = !shown || names.length !== shown.names.length || names.some((name, i) => name !== shown.names[i]);
    shown = { names, data };
    if (isOther) {
      fill(key, names.length > 1 ? names.map((name, i) => h('span', { class: `key p${i % linesMax + 1}` }, h('span', {}, name))) : []);
    }

    if (isOther || !chart) {
      build();
    } else {
      chart.setData(data);
    }

    plot.setAttribute('aria-label', describe(options, names, data));
  }

  const size = new ResizeObserver(() => chart && chart.width === plot.clientWidth ? null : chart ? chart.setSize({ width: plot.clientWidth, height: options.height ?? 200 }) : build());
  size.observe(plot);
  onChange(build, signal);
  signal.addEventListener('abort', () => {
    size.disconnect();
    chart?.destroy();
  });
  load().then(
    loaded => {
      UPlot = loaded;
      build();
    },
    () => {
      plot.removeAttribute('role');
      fill(plot, h('p', { class: 'empty' }, missing));
    });
  return { element, set };
}

function load() {
  if (!loading) {
    document.head.append(h('link', { rel: 'stylesheet', href: 'dashboard/uplot/uPlot.min.css' }));
    loading = import('../uplot/uPlot.esm.js').then(module => module.default);
  }

  return loading;
}

function optionsOf({ format, height, spanSeconds, isTime = true }, names, width) {
  const axis = { stroke: colour('muted'), grid: { stroke: colour('line'), width: 1 }, ticks: { show: false }, font: '12px system-ui, sans-serif' };
  return {
    width,
    height: height ?? 200,
    // The newest time is written below the right edge.
    padding: [null, isTime ? 28 : null, null, null],
    legend: { show: false },
    cursor: { y: false, points: { size: 7 } },
    scales: { x: { time: isTime, range: isTime ? (chart, min, max) => timesOf(chart.data[0], min, max, spanSeconds) : undefined }, y: { range: (chart, min, max) => [Math.min(0, min), max > 0 ? max * 1.08 : min < 0 ? 0 : 4] } },
    axes: [
      { ...axis, size: 26, space: 80, ...(isTime ? { incrs: increments, values: clock } : {}) },
      { ...axis, size: 62, space: 34, values: (chart, ticks) => ticks.map(format) },
    ],
    series: [{}, ...names.map((name, i) => ({
      label: name, stroke: colour(`plot-${i % linesMax + 1}`), width: 1.75, fill: names.length === 1 ? faint(colour('plot-1')) : undefined, points: { show: chart => chart.data[0].length === 1 }, spanGaps: false,
    }))],
    plugins: [readout(format, isTime)],
  };
}

// From when to when: without any time now, and of one time a minute around it.
function timesOf(times, min, max, spanSeconds) {
  const newest = times.at(-1) ?? Date.now() / 1000;
  if (spanSeconds) {
    return [Math.max(newest - spanSeconds, Math.min(times[0] ?? newest, newest - secondsMin)), newest];
  }

  return times.length < 2 ? [newest - secondsMin / 2, newest + secondsMin / 2] : [min, max];
}

// Times of day, or dates where a day is a step or less.
function clock(chart, ticks, axis, space, step) {
  return ticks.map(tick => {
    const at = new Date(tick * 1000).toLocaleString('sv-SE');
    return step >= 43_200 ? at.slice(5, 10) : step >= 60 ? at.slice(11, 16) : at.slice(11, 19);
  });
}

// What is under the pointer, in words: time and values.
function readout(format, isTime) {
  const box = h('div', { class: 'readout', hidden: true });
  return {
    hooks: {
      init: chart => chart.over.append(box),
      setCursor: chart => {
        const { idx, left } = chart.cursor;
        box.hidden = idx === null || idx === undefined || left < 0;
        if (!box.hidden) {
          const values = chart.series.slice(1).map((series, i) => `${chart.series.length > 2 ? series.label + ': ' : ''}${chart.data[i + 1][idx] === null ? '–' : format(chart.data[i + 1][idx])}`);
          fill(box, h('strong', {}, isTime ? time(new Date(chart.data[0][idx] * 1000).toISOString()) : scalar(chart.data[0][idx])), ...values.map(value => h('span', {}, value)));
          box.classList.toggle('at-right', left > chart.over.clientWidth / 2);
        }
      },
    },
  };
}

function describe({ label, format }, names, data) {
  const last = data[0].length - 1;
  const ends = last < 0 ? 'no values yet' : names.slice(0, linesMax).map((name, i) => `${name} ${data[i + 1][last] === null ? 'none' : format(data[i + 1][last])}`).join(', ');
  return `${label}: ${last < 0 ? ends : `newest values: ${ends}`}`;
}

const faint = rgb => rgb.replace(/^rgb\(([^)]*)\)$/, 'rgba($1, .12)');

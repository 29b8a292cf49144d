// The frame around the pages: navigation, the state of the connection, the theme, the keyboard.

import { h, fill, say } from './lib/dom.js';
import { count } from './lib/format.js';
import { start as startRouter, link } from './lib/router.js';
import { server, start as startServer, follow, onState } from './lib/server.js';
import * as theme from './lib/theme.js';
import { keys } from './parts/keys.js';
import { overviewPage } from './pages/overview.js';
import { projectPage } from './pages/project.js';
import { metricPage } from './pages/metric.js';
import { viewPage } from './pages/view.js';
import { deadLettersPage } from './pages/deadLetters.js';
import { sqlPage } from './pages/sql.js';
import { alertsPage } from './pages/alerts.js';
import { notFoundPage } from './pages/notFound.js';

const routes = [
  ['', overviewPage],
  ['projects/:project', projectPage],
  ['projects/:project/metrics/:metric', metricPage],
  ['projects/:project/metrics/:metric/:tab', metricPage],
  ['projects/:project/metrics/:metric/views/:view', viewPage],
  ['dead-letters', deadLettersPage],
  ['sql', sqlPage],
  ['alerts', alertsPage],
];

const sections = [['Overview', link(), overviewPage], ['Dead letters', link('dead-letters'), deadLettersPage], ['SQL', link('sql'), sqlPage], ['Alerts', link('alerts'), alertsPage]];
const states = { connecting: 'Connecting', live: 'Live', lost: 'Connection lost, trying again' };

const main = h('main', { id: 'main', tabindex: '-1' });
const status = h('span', { class: 'status', role: 'status', 'data-state': 'connecting' }, 'Connecting');
const deadLetters = h('span', { class: 'count' });
const themeButton = h('button', { type: 'button', onclick: theme.toggle });
const links = sections.map(([text, href]) => h('a', { href }, text, text === 'Dead letters' && deadLetters));
let leaving = new AbortController();
let isFirst = true;

theme.restore();
document.body.append(
  h('button', { class: 'skip', type: 'button', onclick: () => main.focus() }, 'Skip to content'),
  h('header', { class: 'side' },
    h('a', { class: 'brand', href: link() }, h('img', { src: 'dashboard/icon.svg', alt: '' }), 'Analytics'),
    h('nav', { 'aria-label': 'Sections' }, h('ul', {}, links.map(element => h('li', {}, element)))),
    h('div', { class: 'foot' }, status, themeButton)),
  main);

sayTheme();
theme.onChange(sayTheme);
keys();
onState(sayState);
follow(sayDeadLetters, new AbortController().signal);
startServer();
startRouter(routes, show);

// A page gets its element, its parameters, and a signal that ends all it has begun when it is left.
function show(page, parameters, query) {
  leaving.abort();
  leaving = new AbortController();
  fill(main);
  links.forEach((element, i) => sections[i][2] === page ? element.setAttribute('aria-current', 'page') : element.removeAttribute('aria-current'));
  const title = (page ?? notFoundPage)({ main, signal: leaving.signal, ...parameters, query });
  document.title = title ? `${title} · Analytics` : 'Analytics';
  if (!isFirst) {
    window.scrollTo(0, 0);
    main.querySelector('h1')?.focus({ preventScroll: true });
  }

  isFirst = false;
}

function sayState() {
  status.dataset.state = server.state;
  say(status, states[server.state]);
}

function sayDeadLetters() {
  const letters = server.latest.dead_letters;
  say(deadLetters, letters > 0 ? count(letters) : '');
}

function sayTheme() {
  const other = theme.current() === 'dark' ? 'Light' : 'Dark';
  say(themeButton, `${other} theme`);
}

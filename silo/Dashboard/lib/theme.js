// Light or dark: as the system says, unless somebody has chosen here.

const key = 'analytics.theme';
const system = matchMedia('(prefers-color-scheme: dark)');
const listeners = new Set();

/** The theme that shows: 'light' or 'dark'. */
export const current = () => document.documentElement.dataset.theme ?? (system.matches ? 'dark' : 'light');

/** Takes over what was chosen before. */
export function restore() {
  const chosen = localStorage.getItem(key);
  if (chosen === 'light' || chosen === 'dark') {
    document.documentElement.dataset.theme = chosen;
  }

  system.addEventListener('change', tell);
}

/** Changes to the other one, and keeps it; choosing what the system says follows the system again. */
export function toggle() {
  const next = current() === 'dark' ? 'light' : 'dark';
  if (next === (system.matches ? 'dark' : 'light')) {
    delete document.documentElement.dataset.theme;
    localStorage.removeItem(key);
  } else {
    document.documentElement.dataset.theme = next;
    localStorage.setItem(key, next);
  }

  tell();
}

/** Calls a function after every change, until the signal ends. */
export function onChange(listener, signal) {
  listeners.add(listener);
  signal?.addEventListener('abort', () => listeners.delete(listener));
}

/** A colour of the style sheet as it is now. */
export function colour(name) {
  const probe = document.createElement('span');
  probe.style.color = `var(--${name})`;
  document.body.append(probe);
  const value = getComputedStyle(probe).color;
  probe.remove();
  return value;
}

function tell() {
  listeners.forEach(listener => listener());
}

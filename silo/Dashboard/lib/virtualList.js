// A long list of which only the lines in sight exist: 13,643 cost as much as thirty. Arrow keys, Page Up and Down, Home and End move through it.

import { h, onFrame } from './dom.js';

const lineHeight = 36;
const beyond = 6;

/**
 * @param {{ label: string, className?: string, heightMax: number, render: (item: any, line: HTMLElement | null) => HTMLElement }} options
 *   `render` makes an item's line, with one link in it, or brings the given line of the same item up to date and returns it.
 * @param {AbortSignal} signal Ends it.
 */
export function virtualList(options, signal) {
  const all = h('div', { class: 'all', role: 'list', 'aria-label': options.label });
  const element = h('div', { class: `virtual ${options.className ?? ''}` }, all);
  let items = [];
  let lines = new Map();

  function draw() {
    const first = Math.max(0, Math.floor(element.scrollTop / lineHeight) - beyond);
    const last = Math.min(items.length, Math.ceil((element.scrollTop + element.clientHeight) / lineHeight) + beyond);
    const next = new Map();
    const focused = document.activeElement?.closest?.('.line');
    for (let i = first; i < last; i++) {
      const key = items[i].key;
      const before = lines.get(key) ?? null;
      const line = options.render(items[i], before);
      if (line !== before) {
        line.classList.add('line');
        line.setAttribute('role', 'listitem');
      }

      place(line, i);
      next.set(key, line);
    }

    for (const [key, line] of lines) {
      if (next.get(key) !== line) {
        line.remove();
      }
    }

    let at = null;
    for (const line of next.values()) {
      if (line.parentNode !== all || line.previousElementSibling !== at) {
        all.insertBefore(line, at ? at.nextElementSibling : all.firstElementChild);
        if (line === focused) {
          line.querySelector('a')?.focus({ preventScroll: true });
        }
      }

      at = line;
    }

    lines = next;
  }

  function place(line, index) {
    if (line.dataset.index !== String(index) || line.ariaSetSize !== String(items.length)) {
      line.dataset.index = index;
      line.style.setProperty('top', `${index * lineHeight}px`);
      line.setAttribute('aria-posinset', index + 1);
      line.setAttribute('aria-setsize', items.length);
    }
  }

  function focus(index) {
    const top = index * lineHeight;
    if (top < element.scrollTop) {
      element.scrollTop = top;
    } else if (top + lineHeight > element.scrollTop + element.clientHeight) {
      element.scrollTop = top + lineHeight - element.clientHeight;
    }

    draw();
    lines.get(items[index].key)?.querySelector('a')?.focus({ preventScroll: true });
  }

  element.addEventListener('keydown', event => {
    const line = event.target.closest('.line');
    const page = Math.max(1, Math.floor(element.clientHeight / lineHeight) - 1);
    const steps = { ArrowDown: 1, ArrowUp: -1, PageDown: page, PageUp: -page, Home: -Infinity, End: Infinity };
    if (line && event.key in steps && !event.ctrlKey && !event.metaKey && !event.altKey) {
      event.preventDefault();
      focus(Math.min(items.length - 1, Math.max(0, Number(line.dataset.index) + steps[event.key])));
    }
  });
  const drawSoon = onFrame(draw, signal);
  element.addEventListener('scroll', drawSoon, { passive: true });
  const size = new ResizeObserver(drawSoon);
  size.observe(element);
  signal.addEventListener('abort', () => size.disconnect());

  return {
    element,

    /** Shows other items, or the same ones with other values; each has a `key` of its own. */
    set(next) {
      items = next;
      const height = items.length * lineHeight;
      all.style.setProperty('height', `${height}px`);
      element.style.setProperty('height', `${Math.min(options.heightMax, height)}px`);
      drawSoon();
    },

    /** Moves the focus to the first item. */
    focusFirst() {
      if (items.length > 0) {
        focus(0);
      }
    },
  };
}

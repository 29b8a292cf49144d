// An address that is no page.

import { h } from '../lib/dom.js';
import { head, empty } from '../lib/parts.js';
import { link } from '../lib/router.js';

export function notFoundPage({ main }) {
  main.append(head('No such page'), empty('This address leads nowhere.', h('p', {}, 'Go to the ', h('a', { href: link() }, 'overview'), '.')));
  return 'No such page';
}

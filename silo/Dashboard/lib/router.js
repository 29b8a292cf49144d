// Addresses after the #: they can be shared, and the back button works. A name may hold any character, so each part is escaped.

/** The address of a page: link('projects', 'shop') is "#/projects/shop". */
export function link(...parts) {
  const last = parts.at(-1);
  const query = typeof last === 'object' ? new URLSearchParams(Object.entries(parts.pop()).filter(([, value]) => value !== undefined && value !== '')).toString() : '';
  return `#/${parts.map(encodeURIComponent).join('/')}${query === '' ? '' : '?' + query}`;
}

/** Goes to a page. */
export function go(...parts) {
  location.hash = link(...parts);
}

/** Changes the address of this page without a step back to it. */
export function replace(...parts) {
  history.replaceState(null, '', link(...parts));
}

/** What the address says: its parts, unescaped, and its query. */
export function read(hash = location.hash) {
  const [path, query = ''] = hash.replace(/^#\/?/, '').split('?');
  return { parts: path === '' ? [] : path.split('/').map(unescapePart), query: Object.fromEntries(new URLSearchParams(query)) };
}

/**
 * Shows the page of the address, now and whenever it changes.
 * @param {[pattern: string, page: Function][]} routes patterns such as "projects/:project"
 * @param {(page: Function, parameters: object, query: object) => void} show
 */
export function start(routes, show) {
  const render = () => {
    const { parts, query } = read();
    for (const [pattern, page] of routes) {
      const parameters = match(pattern === '' ? [] : pattern.split('/'), parts);
      if (parameters) {
        return show(page, parameters, query);
      }
    }

    return show(null, {}, query);
  };
  window.addEventListener('hashchange', render);
  render();
}

function match(pattern, parts) {
  if (pattern.length !== parts.length) {
    return null;
  }

  const parameters = {};
  for (let i = 0; i < pattern.length; i++) {
    if (pattern[i].startsWith(':')) {
      parameters[pattern[i].slice(1)] = parts[i];
    } else if (pattern[i] !== parts[i]) {
      return null;
    }
  }

  return parameters;
}

function unescapePart(part) {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

// Makes elements. Text only ever becomes text nodes and attribute values: nothing that a metric, a field or a value is called can become markup.

const properties = new Set(['value', 'checked', 'disabled', 'selected', 'hidden', 'readOnly', 'indeterminate']);

/**
 * An element: h('a', { class: 'x', href: '#/' }, 'text', child).
 * `on…` members are listeners, `style` is an object of CSS properties, false and null attributes are left out.
 */
export function h(tag, attributes, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes ?? {})) {
    set(element, name, value);
  }

  append(element, children);
  return element;
}

/** Replaces all children. */
export function fill(element, ...children) {
  element.replaceChildren();
  append(element, children);
  return element;
}

/** Changes an element's text, where it is another: an unchanged one costs no layout. */
export function say(element, text) {
  const wanted = String(text);
  if (element.textContent !== wanted) {
    element.textContent = wanted;
  }
}

/** Runs a function once before the next frame is drawn, however often it is asked to, until the signal ends. */
export function onFrame(draw, signal) {
  let asked = false;
  return () => {
    if (!asked) {
      asked = true;
      requestAnimationFrame(() => {
        asked = false;
        if (!signal?.aborted) {
          draw();
        }
      });
    }
  };
}

function set(element, name, value) {
  if (value === null || value === undefined || value === false && !properties.has(name)) {
    return;
  }

  if (name.startsWith('on')) {
    element.addEventListener(name.slice(2), value);
  } else if (name === 'style') {
    for (const [property, text] of Object.entries(value)) {
      element.style.setProperty(property, text);
    }
  } else if (properties.has(name)) {
    element[name] = value;
  } else {
    element.setAttribute(name, value === true ? '' : String(value));
  }
}

function append(element, children) {
  for (const child of children.flat(Infinity)) {
    if (child !== null && child !== undefined && child !== false) {
      element.append(child instanceof Node ? child : String(child));
    }
  }
}

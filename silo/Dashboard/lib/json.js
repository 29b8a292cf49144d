// JSON with whole numbers beyond 2^53 kept exact, as BigInt: sums are.

/** Parses a text. */
export function parse(text) {
  return /\d{16}/.test(text) ? JSON.parse(text, keepExact) : JSON.parse(text);
}

function keepExact(key, value, context) {
  return typeof value === 'number' && !Number.isSafeInteger(value) && /^-?\d+$/.test(context?.source ?? '') ? BigInt(context.source) : value;
}

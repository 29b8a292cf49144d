// Numbers, lengths and times as people read them. Unknown values are a dash.

const dash = '–';
const whole = new Intl.NumberFormat('en', { maximumFractionDigits: 0 });
const fine = new Intl.NumberFormat('en', { maximumSignificantDigits: 6 });
const short = new Intl.NumberFormat('en', { notation: 'compact', maximumFractionDigits: 1 });
const exponent = new Intl.NumberFormat('en', { notation: 'scientific', maximumSignificantDigits: 5 });

/** A count: 1,234,567. */
export const count = value => known(value) ? whole.format(value) : dash;

/** A count where room is scarce: 1.2M. */
export const brief = value => known(value) ? (Math.abs(Number(value)) < 10_000 ? whole.format(value) : short.format(value)) : dash;

/** Any scalar of JSON: a number with as many digits as it needs, a time, a text. */
export function scalar(value) {
  if (!known(value)) {
    return dash;
  }

  if (typeof value === 'bigint') {
    return whole.format(value);
  }

  if (typeof value !== 'number') {
    return isTime(value) ? time(value) : String(value);
  }

  const size = Math.abs(value);
  return Number.isSafeInteger(value) ? whole.format(value) : size >= 1e15 || (size < 1e-4 && size > 0) ? exponent.format(value) : fine.format(value);
}

/** Milliseconds: 12 ms, 3.4 s, 5 min. */
export function duration(milliseconds) {
  if (!known(milliseconds)) {
    return dash;
  }

  return milliseconds < 1000 ? `${Math.round(milliseconds)} ms`
    : milliseconds < 60_000 ? `${(milliseconds / 1000).toFixed(1)} s`
    : milliseconds < 5_400_000 ? `${Math.round(milliseconds / 60_000)} min`
    : `${Math.round(milliseconds / 3_600_000)} h`;
}

/** Bytes: 3.4 MiB. */
export function bytes(value) {
  if (!known(value)) {
    return dash;
  }

  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
  let unit = 0;
  for (value = Number(value); value >= 1024 && unit < units.length - 1; value /= 1024) {
    unit++;
  }

  return `${unit === 0 || value >= 100 ? Math.round(value) : value.toFixed(1)} ${units[unit]}`;
}

/** A share of one: 12.3 %. */
export const percent = share => known(share) && Number.isFinite(share) ? `${(share * 100).toFixed(share > 0 && share < 0.001 ? 3 : 1)} %` : dash;

/** A time of day, with the date when it is not today's, as the reader's clock shows it. */
export function time(text) {
  const at = new Date(text);
  if (!known(text) || Number.isNaN(at.getTime())) {
    return dash;
  }

  const clock = `${two(at.getHours())}:${two(at.getMinutes())}:${two(at.getSeconds())}`;
  return at.toDateString() === new Date().toDateString() ? clock : `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())} ${clock}`;
}

/** One or many: plural(2, 'metric') is "2 metrics". */
export const plural = (n, word) => `${count(n)} ${word}${Number(n) === 1 ? '' : 's'}`;

/** Whether a text is a time as the API writes it. */
export const isTime = value => typeof value === 'string' && /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/.test(value);

const known = value => value !== null && value !== undefined;
const two = n => String(n).padStart(2, '0');

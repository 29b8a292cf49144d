// Requests to the server. What it refuses is an error with its own words: every answer that is none has a code and a detail.

import { parse } from './json.js';

/** A refusal, or a server that cannot be reached. */
export class ApiError extends Error {
  constructor(status, code, detail) {
    super(detail);
    this.status = status;
    this.code = code;
  }
}

/** The path of a project, a metric, or something of a metric. */
export const pathOf = (project, metric, ...rest) =>
  ['v1/projects', project, ...(metric === undefined ? [] : ['metrics', metric]), ...rest].map((part, i) => i === 0 ? part : encodeURIComponent(part)).join('/');

/** The answer of a GET. */
export const get = (path, signal) => ask('GET', path, undefined, signal);

/** The answer of a POST. */
export const post = (path, body, signal) => ask('POST', path, body, signal);

/** The answer of a PUT. */
export const put = (path, body, signal) => ask('PUT', path, body, signal);

/** The answer of a DELETE. */
export const remove = (path, signal) => ask('DELETE', path, undefined, signal);

/** Whether something is not there, as its own address says; what it says then is given to `tell`. */
export async function isGone(path, signal, tell) {
  try {
    await get(path, signal);
    return false;
  } catch (error) {
    if (!signal.aborted && error.status >= 400 && error.status < 500) {
      tell(error);
      return true;
    }

    return signal.aborted;
  }
}

/** Rows of SQL: { names, types, rows }. */
export async function query(sql, parameters, signal) {
  const answer = await ask('POST', 'v1/query', { sql, format: 'JSONCompact', parameters }, signal);
  return { names: answer.meta.map(column => column.name), types: answer.meta.map(column => column.type), rows: answer.data, statistics: answer.statistics };
}

async function ask(method, path, body, signal) {
  let response;
  try {
    response = await fetch(path, {
      method, signal, body: body === undefined ? undefined : JSON.stringify(body), headers: body === undefined ? {} : { 'Content-Type': 'application/json' },
    });
  } catch (error) {
    if (signal?.aborted) {
      throw error;
    }

    throw new ApiError(0, 'unreachable', 'The server cannot be reached. Is it running?');
  }

  const text = await response.text();
  let answer = null;
  try {
    answer = text === '' ? null : parse(text);
  } catch {
    // Not from our server: a proxy's page, perhaps.
  }

  if (!response.ok) {
    throw new ApiError(response.status, answer?.code ?? 'http_error', answer?.detail ?? `The server answered ${response.status} ${response.statusText}.`);
  }

  return answer;
}

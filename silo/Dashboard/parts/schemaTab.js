// The table's columns: what type each has, since when, and what did not fit.

import { h, fill } from '../lib/dom.js';
import { get, pathOf, query } from '../lib/api.js';
import { count, time } from '../lib/format.js';
import { card, body, flush, empty, fault, table } from '../lib/parts.js';

// A column's row is written when it comes and when its type widens: the newest one counts.
const sinceSql = 'SELECT field, formatDateTime(max(changed), \'%Y-%m-%dT%H:%i:%sZ\') FROM analytics.fields WHERE project = {project:String} AND metric = {metric:String} GROUP BY field';

export function schemaTab({ place, signal, project, metric, state }) {
  let columns = '';
  state.listeners.add(latest => {
    // Conflicts are among it: a value that found no column is told of here.
    const now = Object.entries(latest.fields).map(([name, field]) => `${name} ${field.type} ${field.conflicts}`).join('\n');
    if (now !== columns) {
      columns = now;
      read();
    }
  });

  async function read() {
    try {
      const [schema, since] = await Promise.all([
        get(pathOf(project, metric, 'schema'), signal),
        query(sinceSql, { project, metric }, signal).then(answer => new Map(answer.rows), () => new Map()),
      ]);
      fill(place, columnsCard(schema, since), schema.extra.length > 0 && extraCard(schema), decisionsCard(schema));
    } catch (error) {
      if (!signal.aborted) {
        fill(place, fault(error));
      }
    }
  }
}

function columnsCard(schema, since) {
  const columns = [{ name: 'Column' }, { name: 'Type' }, { name: 'In ClickHouse' }, { name: 'Since' }, { name: 'Conflicts', isNumber: true }, { name: 'State' }];
  return card(`Table ${schema.project}.${schema.table}`, flush(schema.columns.length === 0
    ? empty('No columns yet')
    : table('Columns', columns, schema.columns.map(column => h('tr', {},
      h('th', { scope: 'row' }, column.name), h('td', {}, column.type), h('td', { class: 'mono' }, column.clickhouse_type), h('td', {}, time(since.get(column.name))),
      h('td', { class: column.conflicts > 0 ? 'number warn' : 'number' }, count(column.conflicts)), h('td', {}, column.in_table ? 'in the table' : 'with the next insert'))))),
  h('span', { class: 'help' }, `version ${schema.version}`));
}

function extraCard(schema) {
  const columns = [{ name: 'Field' }, { name: 'Values', isNumber: true }, { name: 'Why it has no column' }];
  return card('Kept in _extra', flush(table('Fields without a column', columns, schema.extra.map(field => h('tr', {},
    h('th', { scope: 'row' }, field.name), h('td', { class: 'number' }, count(field.count)), h('td', {}, field.reason.replaceAll('_', ' ')))))));
}

function decisionsCard(schema) {
  const pairs = [
    ['New fields', schema.frozen ? 'get no columns any more' : 'get columns by themselves'],
    ...Object.entries(schema.types).map(([field, type]) => [field, `is ${type}`]),
    ...Object.entries(schema.aliases).map(([field, column]) => [field, `goes to ${column}`]),
    ...schema.promotions.map(promotion => [promotion.field, `becomes ${promotion.type}: ${promotion.state}`]),
  ];
  return card('What was decided', body(h('dl', { class: 'pairs left' }, pairs.map(([name, what]) => [h('dt', {}, name), h('dd', {}, what)]))));
}

// Uses ClickHouse's own client for Node.js as a program would. node client.cjs URL, with CLICKHOUSE_CLIENT_HOME set; users owner and reader. Standard output:
// one JSON object with what came of each step; a step that failed has its error's type and code.
const { createClient } = require(process.env.CLICKHOUSE_CLIENT_HOME);

const [url, ownerPassword, readerPassword] = process.argv.slice(2);
const quiet = { log: { level: 127 } };
const connect = (username, password, more = {}) => createClient({ url, username, password, ...quiet, ...more });
const rowsOf = async (client, query, more = {}) => (await client.query({ query, format: "JSONEachRow", ...more })).json();
const attempt = (work) => work().catch((error) => ({ error: error.type ?? error.name, code: error.code, message: String(error.message).split("\n")[0] }));

async function main() {
  const owner = connect("owner", ownerPassword, { compression: { request: true, response: true } });
  const reader = connect("reader", readerPassword, { database: "system" });
  const stranger = connect("reader", "wrong");
  const session = connect("owner", ownerPassword, { session_id: "node", max_open_connections: 1 });
  const steps = {};
  steps.ping = (await reader.ping()).success;
  steps.pingSelect = (await reader.ping({ select: true })).success;
  steps.select = await rowsOf(reader, "SELECT number, toString(number) AS s FROM numbers(3)");
  steps.database = await rowsOf(reader, "SELECT currentDatabase() AS d");
  steps.parameters = await rowsOf(reader, "SELECT {n:UInt8} AS n, {s:String} AS s, {l:Array(String)} AS l, {d:DateTime('UTC')} AS d", {
    query_params: { n: 7, s: "it's\t\\ \n", l: ["a'", "b"], d: new Date(0) },
  });
  steps.settings = await rowsOf(reader, "SELECT toUInt64(1) AS a", { clickhouse_settings: { output_format_json_quote_64bit_integers: 1 } });
  steps.json = (await (await reader.query({ query: "SELECT 1 AS a", format: "JSON" })).json()).data;
  steps.wrongPassword = await attempt(() => rowsOf(stranger, "SELECT 1"));
  steps.unknownTable = await attempt(() => rowsOf(reader, "SELECT * FROM nothing"));
  steps.readerWrites = await attempt(() => reader.insert({ table: "node.t", values: [{ a: 1 }], format: "JSONEachRow" }));
  steps.readerMakes = await attempt(() => reader.command({ query: "CREATE DATABASE of_reader" }));
  await owner.command({ query: "CREATE DATABASE IF NOT EXISTS node" });
  await owner.command({ query: "CREATE TABLE node.t (a UInt64, s String) ENGINE = MergeTree ORDER BY a" });
  const values = Array.from({ length: 1000 }, (_, i) => ({ a: i, s: `row ${i}` }));
  const insert = await owner.insert({ table: "node.t", values, format: "JSONEachRow" });
  steps.insert = { written: insert.summary?.written_rows, id: insert.query_id === insert.response_headers["x-clickhouse-query-id"] };
  steps.inserted = await rowsOf(owner, "SELECT count() AS count, sum(a) AS sum FROM node.t");
  steps.brokenInsert = await attempt(() => owner.insert({ table: "node.t", values: [{ a: "x" }], format: "JSONEachRow" }));
  const stream = (await owner.query({ query: "SELECT number FROM numbers(200000)", format: "JSONEachRow" })).stream();
  let [count, sum] = [0, 0];
  for await (const rows of stream) {
    for (const row of rows) {
      count++;
      sum += Number(row.json().number);
    }
  }
  steps.stream = { count, sum };
  await session.command({ query: "CREATE TEMPORARY TABLE x (a UInt8)" });
  await session.insert({ table: "x", values: [[1], [2]], format: "JSONCompactEachRow" });
  steps.session = await rowsOf(session, "SELECT sum(a) AS sum FROM x");
  steps.noSession = await attempt(() => rowsOf(owner, "SELECT * FROM x"));
  await Promise.all([owner, reader, stranger, session].map((client) => client.close()));
  console.log(JSON.stringify(steps));
}

main().catch((error) => {
  console.error(`${error.name}: ${error.message}\n${error.stack}`);
  process.exitCode = 1;
});

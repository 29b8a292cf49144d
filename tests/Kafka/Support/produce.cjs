// Sends messages to Kafka with kafkajs, as an application in Node.js would.
// node produce.cjs SERVERS TOPIC, with KAFKAJS_HOME set. Standard input: one JSON array of messages a line, each line one request of the client:
//   {"key", "value": base64 or null, "partition", "timestamp": milliseconds as text, "headers": {name: base64 or [base64 …]}}
// and before them one line of options: {"compression": "none"|"gzip", "acks": -1|0|1}. Standard output: what the broker said, one JSON array a line:
//   {"partition", "baseOffset"}
const { Kafka, CompressionTypes, Partitioners, logLevel } = require(process.env.KAFKAJS_HOME);

const bytes = (text) => (text === null || text === undefined ? null : Buffer.from(text, "base64"));
const headersOf = (headers = {}) =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, Array.isArray(value) ? value.map(bytes) : bytes(value)]));
const messageOf = ({ key, value, partition, timestamp, headers }) => ({
  key: bytes(key), value: bytes(value), partition: partition ?? undefined, timestamp: timestamp ?? undefined, headers: headersOf(headers),
});

async function main([servers, topic]) {
  const [options, ...requests] = require("fs").readFileSync(0, "utf8").trim().split("\n").map((line) => JSON.parse(line));
  const kafka = new Kafka({ clientId: "produce", brokers: servers.split(","), logLevel: logLevel.ERROR, connectionTimeout: 5000, retry: { retries: 5 } });
  const producer = kafka.producer({ createPartitioner: Partitioners.DefaultPartitioner });
  await producer.connect();
  for (const messages of requests) {
    const answers = await producer.send({
      topic,
      acks: options.acks,
      compression: options.compression === "gzip" ? CompressionTypes.GZIP : CompressionTypes.None,
      messages: messages.map(messageOf),
    });
    console.log(JSON.stringify(answers.map((answer) => ({ partition: answer.partition, baseOffset: Number(answer.baseOffset ?? answer.offset ?? -1) }))));
  }
  await producer.disconnect();
}

main(process.argv.slice(2)).catch((error) => {
  console.error(`${error.name}: ${error.message}`);
  process.exitCode = 1;
});

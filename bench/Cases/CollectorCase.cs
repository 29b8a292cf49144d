using System.Text;
using Analytics.Bench.Harness;
using Analytics.Bench.Kafka;
using Analytics.Bench.Measuring;
using Analytics.Tests.Integration;

namespace Analytics.Bench.Cases;

/// <summary>
/// Events over HTTP, each request answered when its events are durable in the log, while they become rows as always. wrk runs on the same cores.
/// </summary>
internal sealed class CollectorCase : ICase
{
    private const int BatchEvents = 100;
    private const double SingleBar = 15_000;
    private const double BatchBar = 150_000;

    /// <inheritdoc />
    public string Name => "collector";

    /// <inheritdoc />
    public async Task RunAsync(CaseContext context)
    {
        for (var run = 0; run < context.Runs; run++)
        {
            await RunAsync(context, "File", []);
            var broker = await context.Broker();
            var topic = await TopicFiller.CreateAsync(broker, 4);
            await RunAsync(context, "Kafka", await BenchSilo.KafkaSettingsAsync(broker, topic, hasEnvelope: true));
            await broker.DeleteTopicAsync(topic);
        }

        foreach (var log in (string[])["File", "Kafka"])
        {
            context.Samples.AtLeast(Measure(log, 1), SingleBar);
            context.Samples.AtLeast(Measure(log, BatchEvents), BatchBar);
        }
    }

    private static async Task RunAsync(CaseContext context, string log, string[] settings)
    {
        await using var silo = await RunningSilo.StartNewAsync(settings);
        var seconds = (int)context.Size(10, 4);
        foreach (var events in (int[])[1, BatchEvents])
        {
            // Half as long again before it counts: compilation.
            await LoadTool.PostAsync(new Uri(silo.Http.BaseAddress!, "/v1/events"), BodyOf(events), (seconds + 1) / 2);
            var cpu = ProcessUsage.CpuSeconds(silo.ProcessId);
            var taken = await silo.MetricAsync("analytics_metrics_rows_taken_total");
            var (perSecond, p99Ms) = await LoadTool.PostAsync(new Uri(silo.Http.BaseAddress!, "/v1/events"), BodyOf(events), seconds);
            var accepted = perSecond * events;
            context.Samples.Add(Measure(log, events), accepted, "events/s");
            context.Samples.Add($"log {log}, {events}/request: p99", p99Ms, "ms");
            context.Samples.Add(
                $"log {log}, {events}/request: per CPU-second", accepted * seconds / (ProcessUsage.CpuSeconds(silo.ProcessId) - cpu), "events/CPU-s");

            // What is accepted faster than it can be taken waits in the log.
            context.Samples.Add(
                $"log {log}, {events}/request: in live state meanwhile", (await silo.MetricAsync("analytics_metrics_rows_taken_total") - taken) / seconds, "events/s");
            context.Samples.Add(
                $"log {log}, {events}/request: waiting in the log at the end",
                await silo.MetricAsync("analytics_collector_events_accepted_total") - await silo.MetricAsync("analytics_metrics_rows_taken_total"), "events");
        }
    }

    private static string Measure(string log, int events) => $"log {log}, {events}/request: accepted";

    private static string BodyOf(int events)
    {
        var body = new byte[200 * events];
        var length = 0;
        for (var n = 0; n < events; n++)
        {
            length += EventMaker.WriteEnvelope(body.AsSpan(length), n, 137, EventSet.Project, EventSet.Metric);
            body[length++] = (byte)'\n';
        }

        return Encoding.UTF8.GetString(body, 0, length - 1);
    }
}

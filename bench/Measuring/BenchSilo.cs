using System.Net;
using System.Text.Json;
using Analytics.Bench.Kafka;
using Analytics.Tests.Integration;
using Analytics.Tests.Kafka;

namespace Analytics.Bench.Measuring;

/// <summary>Silo processes as the cases need them, and what they say over HTTP.</summary>
internal static class BenchSilo
{
    private static int _groups;

    /// <summary>Settings of a silo that reads a topic: as events with envelopes, or mapped to the set's metric.</summary>
    public static async Task<string[]> KafkaSettingsAsync(KafkaBroker broker, string topic, bool hasEnvelope)
    {
        string[] mapping = hasEnvelope
            ? [$"--Analytics:Kafka:Topic={topic}"]
            :
            [
                $"--Analytics:Kafka:Topic={await TopicFiller.CreateAsync(broker, 1)}",
                $"--Analytics:Kafka:Mappings:0:Topic={topic}",
                $"--Analytics:Kafka:Mappings:0:Project={EventSet.Project}",
                $"--Analytics:Kafka:Mappings:0:Metric={EventSet.Metric}",
                "--Analytics:Kafka:Mappings:0:TimeField=ts",
            ];
        return
        [
            "--Analytics:Log:Kind=Kafka",
            $"--Analytics:Kafka:BootstrapServers={broker.BootstrapServers}",
            $"--Analytics:Kafka:Group=silo-{Interlocked.Increment(ref _groups)}",
            // The engine does not check them either; with the broker of these runs, whose messages have them one by one and not in sets, it would be a tenth of the read.
            "--Analytics:Kafka:Properties:check.crcs=false",
            .. broker.ClientProperties.Select(property => $"--Analytics:Kafka:Properties:{property.Key}={property.Value}"),
            .. mapping,
        ];
    }

    /// <summary>A metric's live total, and of it the rows that are in its table; zeros while nobody answers or there is no such metric.</summary>
    public static async Task<(long Total, long DurableRows)> ReadTotalsAsync(
        this RunningSilo silo, string project = EventSet.Project, string metric = EventSet.Metric)
    {
        try
        {
            using var response = await silo.Http.GetAsync(new Uri($"/v1/projects/{project}/metrics/{metric}", UriKind.Relative));
            if (response.StatusCode != HttpStatusCode.OK)
            {
                return default;
            }

            using var answer = JsonDocument.Parse(await response.Content.ReadAsStreamAsync());
            return (answer.RootElement.GetProperty("total").GetInt64(), answer.RootElement.GetProperty("durable").GetProperty("rows").GetInt64());
        }
        catch (HttpRequestException)
        {
            return default;
        }
    }

    /// <summary>Events that are both in the live total and in the table.</summary>
    public static async Task<long> ReadDoneAsync(this RunningSilo silo)
    {
        var (total, durableRows) = await silo.ReadTotalsAsync();
        return Math.Min(total, durableRows);
    }

    /// <summary>Events that were decoded; 0 while nobody answers.</summary>
    public static async Task<long> ReadBegunAsync(this RunningSilo silo)
    {
        try
        {
            return (long)await silo.MetricAsync("analytics_ingest_rows_total");
        }
        catch (HttpRequestException)
        {
            return 0;
        }
    }

    /// <summary>Rows in the table, by the engine's own count.</summary>
    public static async Task<long> CountRowsAsync(this RunningSilo silo, string table) =>
        long.Parse((await silo.QueryAsync($"SELECT toString(count()) AS n FROM {table}"))[0].GetProperty("n").GetString()!, System.Globalization.CultureInfo.InvariantCulture);
}

using Analytics.Silo.Log.Kafka;
using Analytics.Tests.Integration;

namespace Analytics.Tests.Kafka;

/// <summary>Silo processes whose log is in Kafka.</summary>
internal static class KafkaSilo
{
    /// <summary>The settings as arguments of a process.</summary>
    public static string[] Arguments(this KafkaOptions options, params string[] more) =>
    [
        "--Analytics:Log:Kind=Kafka",
        $"--Analytics:Kafka:BootstrapServers={options.BootstrapServers}",
        $"--Analytics:Kafka:Topic={options.Topic}",
        $"--Analytics:Kafka:Topics={options.Topics}",
        $"--Analytics:Kafka:Group={options.Group}",
        .. options.Properties.Select(pair => $"--Analytics:Kafka:Properties:{pair.Key}={pair.Value}"),
        .. more,
    ];

    /// <summary>The live total of a metric; 0 while there is none.</summary>
    public static async Task<long> TotalAsync(this RunningSilo silo, string project, string metric)
    {
        using var response = await silo.Http.GetAsync(new Uri($"/v1/projects/{project}/metrics/{metric}", UriKind.Relative));
        if (!response.IsSuccessStatusCode)
        {
            return 0;
        }

        using var answer = System.Text.Json.JsonDocument.Parse(await response.Content.ReadAsStringAsync());
        return answer.RootElement.GetProperty("total").GetInt64();
    }

    /// <summary>Waits for a total.</summary>
    public static Task UntilTotalAsync(this RunningSilo silo, string project, string metric, long total) => Eventually.IsTrueAsync(
        async () => await silo.TotalAsync(project, metric) >= total,
        TimeSpan.FromSeconds(60),
        () => $"{project}/{metric} does not come to {total}.\n{silo.Output}");
}

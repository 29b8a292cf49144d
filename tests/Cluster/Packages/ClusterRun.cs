using Analytics.Silo.Audit;
using Analytics.Silo.Log.Kafka;
using Analytics.Tests.Audit;
using Analytics.Tests.ClickHouse.Http;
using Analytics.Tests.Faults;
using Analytics.Tests.Integration;
using Analytics.Tests.Kafka;
using Xunit;

namespace Analytics.Tests.Cluster.Packages;

/// <summary>Silo processes of one cluster: a topic of a real broker, an engine in a process of its own behind ClickHouse's protocol, a database of a real PostgreSQL.</summary>
internal sealed class ClusterRun : IAsyncDisposable
{
    private static readonly TimeSpan DrainMax = TimeSpan.FromSeconds(60);

    private readonly KafkaOptions _kafka;
    private readonly string[] _settings;
    private readonly List<RunningSilo> _silos = [];

    private ClusterRun(KafkaOptions kafka, string database, string clickHouse, RunningSilo engine)
    {
        _kafka = kafka;
        Database = database;
        Engine = engine;
        _settings = kafka.Arguments([
            .. ServedClickHouse.SettingsOfClient(clickHouse), "--Analytics:Orleans:Clustering=AdoNet", "--Analytics:Orleans:AdvertisedAddress=127.0.0.1",
            $"--Analytics:Postgres:ConnectionString={database}", $"--Analytics:Orleans:ClusterId={ClusterId}", $"--Analytics:Kafka:Queues={Queues}"]);
    }

    /// <summary>The name of the cluster.</summary>
    public const string ClusterId = "tested";

    /// <summary>Queues of the log.</summary>
    public const int Queues = 4;

    /// <summary>Where silos and clients meet.</summary>
    public string Database { get; }

    /// <summary>The process that has the tables.</summary>
    public RunningSilo Engine { get; }

    /// <summary>The silos that were started.</summary>
    public IReadOnlyList<RunningSilo> Silos => _silos;

    /// <summary>Starts the engine; no silo yet.</summary>
    public static async Task<ClusterRun> StartAsync(KafkaOptions kafka, string database)
    {
        var url = FaultyServer.UrlOfNobody();
        var engine = await RunningSilo.StartNewAsync([.. ServedClickHouse.SettingsOf(url), .. SiloReader.Settings]);
        return new ClusterRun(kafka, database, url, engine);
    }

    /// <summary>Starts silos at the same time and waits until all are ready.</summary>
    public async Task<RunningSilo[]> AddAsync(int count)
    {
        RunningSilo[] added = [.. Enumerable.Range(_silos.Count, count).Select(number => RunningSilo.Prepare([.. _settings, $"--Analytics:Orleans:SiloName=silo-{number}"]))];
        _silos.AddRange(added);
        foreach (var silo in added)
        {
            silo.Launch();
        }

        await Task.WhenAll(added.Select(silo => silo.WaitUntilReadyAsync()));
        return added;
    }

    /// <summary>Completes when the log's partitions are read by these silos, evenly.</summary>
    public static Task UntilSharedAsync(params RunningSilo[] silos) => Eventually.IsTrueAsync(
        async () =>
        {
            var counts = await Task.WhenAll(silos.Select(CountReadAsync));
            return counts.Sum() == Queues && counts.Max() - counts.Min() <= 1;
        },
        DrainMax,
        () => string.Join('\n', silos.Select(silo => silo.Output)));

    /// <summary>Waits until everything in the topic is committed, and audits it, asking a silo.</summary>
    public async Task<string> AuditAsync(RunningSilo silo)
    {
        await Eventually.IsTrueAsync(() => KafkaLogs.IsDrainedAsync(_kafka), DrainMax, () => $"the topic has lag\n{silo.Output}");
        var audit = await AuditProcess.RunAsync(silo, _settings);
        Assert.True(audit.ExitCode == AuditExit.Clean, audit.Output + audit.Error);
        return audit.Output;
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        foreach (var silo in _silos)
        {
            await silo.DisposeAsync();
        }

        await Engine.DisposeAsync();
    }

    private static async Task<int> CountReadAsync(RunningSilo silo)
    {
        var text = await silo.Http.GetStringAsync(new Uri("/metrics", UriKind.Relative));
        return text.Split('\n').Count(line => line.StartsWith("analytics_log_committed_offset{", StringComparison.Ordinal));
    }
}

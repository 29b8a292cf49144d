using System.Collections.Concurrent;
using System.Threading.Channels;
using Analytics.GrainInterfaces;
using Analytics.GrainInterfaces.Alerts;
using Analytics.GrainInterfaces.Live;
using Analytics.GrainInterfaces.Schema;
using Analytics.GrainInterfaces.Views;
using Analytics.Silo.Http.Read;

namespace Analytics.Tests.Http;

/// <summary>Actors whose knowledge is set by the test, and which note what was flushed.</summary>
internal sealed class ActorDoubles : IActors
{
    /// <summary>Metrics by key, each with its snapshot.</summary>
    public Dictionary<string, MetricSnapshot> Snapshots { get; } = new(StringComparer.Ordinal);

    /// <summary>Schemas by key.</summary>
    public Dictionary<string, MetricSchema> Schemas { get; } = new(StringComparer.Ordinal);

    /// <summary>What live states say of rows by event time: slot, from, to. Without it they have none.</summary>
    public Func<int, long, long, long[]?>? Counts { get; set; }

    /// <summary>What live states say of the newest rows by event time: slot, from, to. Without it they say nothing.</summary>
    public Func<int, long, long, TailCounts?>? Tail { get; set; }

    /// <summary>The windows of every view.</summary>
    public List<ViewWindow> Windows { get; } = [];

    /// <summary>What was decided for a metric, by key.</summary>
    public ConcurrentDictionary<string, MetricSettings> Settings { get; } = new(StringComparer.Ordinal);

    /// <summary>What was decided for a project.</summary>
    public ConcurrentDictionary<string, RetentionPolicy> Retentions { get; } = new(StringComparer.Ordinal);

    /// <summary>Everything that an actor was asked to decide, in order: its method and its key.</summary>
    public ConcurrentQueue<string> Decisions { get; } = new();

    /// <summary>What every decision is refused with.</summary>
    public SettingsRefusal? Refusal { get; set; }

    /// <summary>Keys of flushed metrics, in order.</summary>
    public ConcurrentQueue<string> Flushed { get; } = new();

    /// <summary>What whoever watches is told, by key; made when somebody watches.</summary>
    public ConcurrentDictionary<string, Channel<MetricSnapshot>> Watched { get; } = new(StringComparer.Ordinal);

    /// <summary>What whoever watches a view is told, by key and view; made when somebody watches.</summary>
    public ConcurrentDictionary<string, Channel<ViewSnapshot>> WatchedViews { get; } = new(StringComparer.Ordinal);

    /// <summary>How often somebody began to watch.</summary>
    public int WatchCount;

    /// <summary>Thrown by every flush.</summary>
    public Exception? FlushFailure { get; set; }

    /// <summary>Thrown by every snapshot.</summary>
    public Exception? SnapshotFailure { get; set; }

    public ICatalogGrain Catalog => GrainDouble.Of<ICatalogGrain>((_, _) =>
        Task.FromResult(Names.Select(name => name.Project).Distinct().Order(StringComparer.Ordinal).ToArray()));

    private IEnumerable<(string Project, string Metric)> Names => Snapshots.Keys.Concat(Schemas.Keys).Distinct().Select(MetricKey.Split);

    public IProjectGrain Project(string project) => GrainDouble.Of<IProjectGrain>((method, arguments) => method switch
    {
        nameof(IProjectGrain.GetRetentionAsync) => Task.FromResult(Retentions.GetValueOrDefault(project)),
        nameof(IProjectGrain.SetRetentionAsync) => Decide(method, project, () => Retentions[project] = (RetentionPolicy)arguments[0]!),
        _ => (object)Task.FromResult(Names.Where(name => name.Project == project).Select(name => name.Metric).Order(StringComparer.Ordinal).ToArray()),
    });

    public IMetricGrain Metric(string project, string metric)
    {
        var key = MetricKey.Of(project, metric);
        return GrainDouble.Of<IMetricGrain>((method, arguments) => method switch
        {
            nameof(IMetricGrain.GetSnapshotAsync) => SnapshotFailure is null
                ? Task.FromResult(Snapshots.GetValueOrDefault(key))
                : Task.FromException<MetricSnapshot?>(SnapshotFailure),
            nameof(IMetricGrain.GetCountsAsync) => Task.FromResult(Counts?.Invoke((int)arguments[0]!, (long)arguments[1]!, (long)arguments[2]!)),
            nameof(IMetricGrain.GetTailCountsAsync) => Task.FromResult(Tail?.Invoke((int)arguments[0]!, (long)arguments[1]!, (long)arguments[2]!)),
            nameof(IMetricGrain.GetSchemaAsync) => Task.FromResult(SchemaOf(key)),
            nameof(IMetricGrain.WatchAsync) => Watch(key, (CancellationToken)arguments[1]!),
            nameof(IMetricGrain.WatchViewAsync) => WatchView(key, (string)arguments[0]!, (CancellationToken)arguments[2]!),
            nameof(IMetricGrain.GetSettingsAsync) => Task.FromResult(SettingsOf(key)),
            nameof(IMetricGrain.SetSchemaAsync) =>
                Decide(method, key, () => Settings[key] = SettingsOf(key) with { Schema = (SchemaSettings)arguments[0]! }),
            nameof(IMetricGrain.PromoteAsync) =>
                Decide(method, key, () => Settings[key] = SettingsOf(key).With(new Promotion((string)arguments[0]!, (string)arguments[1]!))),
            nameof(IMetricGrain.SetViewAsync) => Decide(method, key, () => Settings[key] = SettingsOf(key).With((ViewDefinition)arguments[0]!)),
            nameof(IMetricGrain.RemoveViewAsync) => Decide(method, key, () => Settings[key] = SettingsOf(key).Without((string)arguments[0]!)),
            nameof(IMetricGrain.ReadViewAsync) => Task.FromResult(
                SettingsOf(key).Views.FirstOrDefault(view => view.Name == (string)arguments[0]!) is { } view ? new ViewSnapshot(view, 0, [.. Windows]) : null),
            nameof(IMetricGrain.SetAlertAsync) => Decide(method, key, () => Settings[key] = SettingsOf(key).With((AlertDefinition)arguments[0]!)),
            nameof(IMetricGrain.RemoveAlertAsync) => Decide(method, key, () => Settings[key] = SettingsOf(key).WithoutAlert((string)arguments[0]!)),
            nameof(IMetricGrain.ReadAlertsAsync) => Task.FromResult(
                SettingsOf(key).Alerts.Select(alert => new AlertStatus(project, metric, alert.WithoutSecret(), true, 1_000, 0.5, 1, "events a minute is 0.5, below 1")).ToArray()),
            nameof(IMetricGrain.SetRetentionAsync) =>
                Decide(method, key, () => Settings[key] = SettingsOf(key) with { Retention = (RetentionPolicy?)arguments[0] }),
            _ => Flush(key),
        });
    }

    /// <summary>Makes a metric known, with an empty table.</summary>
    public void Add(string project, string metric)
    {
        var key = MetricKey.Of(project, metric);
        Schemas[key] = new MetricSchema { Project = project, Metric = metric, Table = metric, Version = 1, Columns = [], Extra = [] };
        Snapshots[key] = new MetricSnapshot
        {
            Project = project,
            Metric = metric,
            Total = 0,
            Duplicates = 0,
            FirstMs = null,
            LastMs = null,
            RateSecond = 0,
            RateMinute = 0,
            DurableRows = 0,
            DurablePositions = [],
            FreshnessMs = 0,
            Fields = [],
        };
    }

    private IAsyncEnumerable<MetricSnapshot> Watch(string key, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref WatchCount);
        return Watched.GetOrAdd(key, _ => Channel.CreateUnbounded<MetricSnapshot>()).Reader.ReadAllAsync(cancellationToken);
    }

    private IAsyncEnumerable<ViewSnapshot> WatchView(string key, string view, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref WatchCount);
        return WatchedViews.GetOrAdd($"{key} {view}", _ => Channel.CreateUnbounded<ViewSnapshot>()).Reader.ReadAllAsync(cancellationToken);
    }

    private MetricSettings SettingsOf(string key) => Settings.GetValueOrDefault(key, MetricSettings.None);

    private MetricSchema? SchemaOf(string key) => Schemas.TryGetValue(key, out var schema) ? schema with { Settings = Settings.GetValueOrDefault(key, schema.Settings) } : null;

    private Task<SettingsRefusal?> Decide(string method, string key, Action take)
    {
        Decisions.Enqueue($"{method} {key}");
        if (Refusal is null)
        {
            take();
        }

        return Task.FromResult(Refusal);
    }

    private Task Flush(string key)
    {
        Flushed.Enqueue(key);
        return FlushFailure is null ? Task.CompletedTask : Task.FromException(FlushFailure);
    }
}

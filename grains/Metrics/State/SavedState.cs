using System.Collections.Concurrent;
using System.Text.Json;
using Analytics.GrainInterfaces;
using Analytics.GrainInterfaces.Schema;
using Analytics.Grains.Columns;
using Analytics.Grains.Live.Snapshot;
using Analytics.Grains.Live.Windows;
using Microsoft.Extensions.Logging;

namespace Analytics.Grains.Metrics.State;

/// <summary>
/// What one metric has saved beside its table: how many duplicates there were, and a snapshot of its live state. What cannot be read is as good as absent:
/// the live state can be made from the table, and a count that begins anew is better than a metric that does not start.
/// </summary>
internal sealed partial class SavedState
{
    private const string DuplicatesName = "duplicates";
    private const string LiveName = "live";
    private const string SettingsName = "settings";

    /// <summary>Everything a metric keeps.</summary>
    public static readonly IReadOnlyList<string> Names = [DuplicatesName, LiveName, SettingsName];

    private readonly MetricStateStore _states;
    private readonly string _project;
    private readonly string _key;
    private readonly ILogger _logger;

    // Settings are saved in the actor's turn, while a block's count of duplicates may be saved beside it.
    private readonly ConcurrentDictionary<string, ulong> _versions = new();
    private ReadOnlyMemory<byte> _live;

    /// <summary>Nothing is read yet.</summary>
    /// <param name="services">What the metrics share.</param>
    /// <param name="project">The project.</param>
    /// <param name="metric">The metric.</param>
    public SavedState(MetricServices services, string project, string metric)
    {
        _states = services.States;
        _project = project;
        _key = MetricKey.Of(project, metric);
        _logger = services.Loggers.CreateLogger<SavedState>();
    }

    /// <summary>The duplicates as last read.</summary>
    public DuplicateState Duplicates { get; private set; } = DuplicateState.None;

    /// <summary>The settings as last read.</summary>
    public MetricSettings Settings { get; private set; } = MetricSettings.None;

    /// <summary>The project's policy as last read; <see langword="null"/> when it has none.</summary>
    public RetentionPolicy? ProjectRetention { get; private set; }

    /// <summary>Whether a snapshot was read that does not fit the table. It might again once the table has been made what it was, without what it held.</summary>
    public bool HasUnfitSnapshot { get; private set; }

    /// <summary>Reads what there is.</summary>
    /// <exception cref="ClickHouse.ClickHouseException">It cannot be read now.</exception>
    public async Task ReadAsync(CancellationToken cancellationToken)
    {
        foreach (var entry in await _states.ReadMetricAsync(_project, _key, cancellationToken))
        {
            _versions[entry.Name] = entry.Version;
            switch (entry.Name)
            {
                case ProjectState.RetentionName:
                    ProjectRetention = ReadJson<RetentionPolicy>(entry, static _ => true);
                    break;
                case LiveName:
                    _live = entry.State;
                    break;
                case SettingsName:
                    Settings = ReadJson<MetricSettings>(entry, static settings => settings is { Schema.Hints: not null, Schema.Aliases: not null, Promotions: not null }) ?? MetricSettings.None;
                    break;
                default:
                    Duplicates = ReadJson<DuplicateState>(entry, static duplicates => duplicates is { Settled.Positions: not null, Next.Positions: not null, Proof: not null })
                        ?? DuplicateState.None;
                    break;
            }
        }
    }

    /// <summary>The snapshot that was read, for a table with these columns. It can be had once: whoever takes it changes it.</summary>
    /// <returns><see langword="null"/> when there is none that can be used.</returns>
    public FittedSnapshot? TryFitSnapshot(IReadOnlyList<TableColumn> columns, EventClock clock)
    {
        var bytes = _live;
        _live = default;
        if (bytes.IsEmpty)
        {
            return null;
        }

        if (!LiveSnapshotCodec.TryRead(bytes.Span, columns, out var snapshot, out var whyNot, clock))
        {
            HasUnfitSnapshot = true;
            LogNotUsed(_key, LiveName, whyNot);
        }

        return snapshot;
    }

    /// <summary>Saves the count of duplicates.</summary>
    /// <exception cref="ClickHouse.ClickHouseException">It is not saved, or may not be.</exception>
    public Task SaveAsync(DuplicateState duplicates, CancellationToken cancellationToken) =>
        SaveAsync(DuplicatesName, JsonSerializer.SerializeToUtf8Bytes(duplicates), cancellationToken);

    /// <summary>Saves a snapshot.</summary>
    /// <exception cref="ClickHouse.ClickHouseException">It is not saved, or may not be.</exception>
    public Task SaveAsync(LiveSnapshot snapshot, CancellationToken cancellationToken) => SaveAsync(LiveName, snapshot.Bytes, cancellationToken);

    /// <summary>Saves settings.</summary>
    /// <exception cref="ClickHouse.ClickHouseException">They are not saved, or may not be.</exception>
    public Task SaveAsync(MetricSettings settings, CancellationToken cancellationToken) =>
        SaveAsync(SettingsName, JsonSerializer.SerializeToUtf8Bytes(settings), cancellationToken);

    [LoggerMessage(EventId = 3030, Level = LogLevel.Warning,
        Message = "{Metric}: its table does not have the rows that were counted when its live state was saved: somebody changed it. The live state is made from the whole table")]
    private partial void LogTableChanged(string metric);

    /// <summary>Notes that the snapshot was good and the table is not what it was made of.</summary>
    public void LogTableChanged() => LogTableChanged(_key);

    private Task SaveAsync(string name, ReadOnlyMemory<byte> state, CancellationToken cancellationToken)
    {
        // Counted up with every attempt: one that failed may have been saved all the same.
        var version = _versions.AddOrUpdate(name, 1, static (_, last) => last + 1);
        return _states.SaveAsync(new StateEntry(name, _key, version, state), cancellationToken);
    }

    private T? ReadJson<T>(StateEntry entry, Func<T?, bool> isWhole)
        where T : class
    {
        try
        {
            var value = JsonSerializer.Deserialize<T>(entry.State.Span);
            if (isWhole(value))
            {
                return value;
            }
        }
        catch (JsonException)
        {
            // Told below.
        }

        LogNotUsed(_key, entry.Name, "it is damaged");
        return null;
    }

    [LoggerMessage(EventId = 3031, Level = LogLevel.Warning, Message = "{Metric}: what was saved of it as '{Name}' cannot be used: {Reason}")]
    private partial void LogNotUsed(string metric, string name, string reason);
}

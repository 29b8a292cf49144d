using System.Text.Json;
using Analytics.Grains.Columns;
using Analytics.Grains.Live.Snapshot;
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

    private readonly MetricStateStore _states;
    private readonly string _key;
    private readonly ILogger _logger;
    private readonly Dictionary<string, ulong> _versions = [];
    private ReadOnlyMemory<byte> _live;

    /// <summary>Nothing is read yet.</summary>
    /// <param name="services">What the metrics share.</param>
    /// <param name="key"><c>project/metric</c>.</param>
    public SavedState(MetricServices services, string key)
    {
        _states = services.States;
        _key = key;
        _logger = services.Loggers.CreateLogger<SavedState>();
    }

    /// <summary>The duplicates as last read.</summary>
    public DuplicateState Duplicates { get; private set; } = DuplicateState.None;

    /// <summary>Reads what there is.</summary>
    /// <exception cref="ClickHouse.ClickHouseException">It cannot be read now.</exception>
    public async Task ReadAsync(CancellationToken cancellationToken)
    {
        foreach (var entry in await _states.ReadAsync(_key, [DuplicatesName, LiveName], cancellationToken))
        {
            _versions[entry.Name] = entry.Version;
            if (entry.Name == LiveName)
            {
                _live = entry.State;
            }
            else
            {
                Duplicates = ReadDuplicates(entry.State.Span);
            }
        }
    }

    /// <summary>The snapshot that was read, for a table with these columns. It can be had once: whoever takes it changes it.</summary>
    /// <returns><see langword="null"/> when there is none that can be used.</returns>
    public FittedSnapshot? TryFitSnapshot(IReadOnlyList<TableColumn> columns)
    {
        var bytes = _live;
        _live = default;
        if (bytes.IsEmpty)
        {
            return null;
        }

        if (!LiveSnapshotCodec.TryRead(bytes.Span, columns, out var snapshot, out var whyNot))
        {
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

    [LoggerMessage(EventId = 3030, Level = LogLevel.Warning,
        Message = "{Metric}: its table does not have the rows that were counted when its live state was saved: somebody changed it. The live state is made from the whole table")]
    private partial void LogTableChanged(string metric);

    /// <summary>Notes that the snapshot was good and the table is not what it was made of.</summary>
    public void LogTableChanged() => LogTableChanged(_key);

    private Task SaveAsync(string name, ReadOnlyMemory<byte> state, CancellationToken cancellationToken)
    {
        // Counted up with every attempt: one that failed may have been saved all the same.
        var version = _versions.GetValueOrDefault(name) + 1;
        _versions[name] = version;
        return _states.SaveAsync(new StateEntry(name, _key, version, state), cancellationToken);
    }

    private DuplicateState ReadDuplicates(ReadOnlySpan<byte> json)
    {
        try
        {
            if (JsonSerializer.Deserialize<DuplicateState>(json) is { Settled.Positions: not null, Next.Positions: not null, Proof: not null } duplicates)
            {
                return duplicates;
            }
        }
        catch (JsonException)
        {
            // Told below.
        }

        LogNotUsed(_key, DuplicatesName, "it is damaged");
        return DuplicateState.None;
    }

    [LoggerMessage(EventId = 3031, Level = LogLevel.Warning, Message = "{Metric}: what was saved of it as '{Name}' cannot be used: {Reason}")]
    private partial void LogNotUsed(string metric, string name, string reason);
}

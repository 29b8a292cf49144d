using Analytics.Grains.ClickHouse;

namespace Analytics.Grains.Metrics.State;

/// <summary>
/// What all metrics keep in <c>analytics.state</c>. Saves share inserts, so thousands of metrics that save every few minutes cost a handful of inserts a
/// second. Safe to call from any thread.
/// </summary>
internal sealed class MetricStateStore(IClickHouse clickHouse, TimeProvider time)
{
    /// <summary>Bytes of an insert from which on the rest waits for the next one; a single larger entry goes alone. A few milliseconds of work.</summary>
    internal const long InsertBytesMax = 8 * 1024 * 1024;

    /// <summary>Metrics of a read.</summary>
    internal const int MetricsOfRead = 64;

    /// <summary>Bytes that may wait; beyond it a save is refused, and its metric tries again later. 13,643 metrics of 4 KB are 56 MB.</summary>
    internal const long WaitingBytesMax = 128 * 1024 * 1024;

    /// <summary>Entries for which an insert is worth its while at once. When a server stops, its metrics save together, as many at a time as leave
    /// at a time.</summary>
    internal const int EntriesMin = 32;

    /// <summary>Between the beginnings of two inserts of fewer entries: five a second at most. Less would save little waiting and cost parts to merge.</summary>
    internal static readonly TimeSpan InsertInterval = TimeSpan.FromMilliseconds(200);

    private readonly GroupCommit<StateEntry> _saves = new(
        entries => clickHouse.InsertAsync(StateBlock.Of(entries, time.GetUtcNow().ToUnixTimeMilliseconds())),
        static entry => entry.SizeBytes,
        new GroupCommitLimits("state", InsertBytesMax, WaitingBytesMax, EntriesMin, InsertInterval),
        time);

    // A snapshot has some kilobytes.
    private readonly GroupedReads<(string Project, string Key), IReadOnlyList<StateEntry>> _reads = new(keys => ReadAsync(clickHouse, keys), [], MetricsOfRead);

    /// <summary>Bytes that wait to be saved now.</summary>
    public long WaitingBytes => _saves.WaitingBytes;

    /// <summary>Reads the newest entry of each name.</summary>
    /// <param name="key">Whose: <c>project/metric</c>.</param>
    /// <param name="names">Which; one or more.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="ClickHouseException">They cannot be read now.</exception>
    public async Task<IReadOnlyList<StateEntry>> ReadAsync(string key, IEnumerable<string> names, CancellationToken cancellationToken) =>
        StateRows.Read(await clickHouse.QueryAsync(
            Select($"grain = {SqlText.Literal(key)} AND name IN ({string.Join(", ", names.Select(SqlText.Literal))})"), RowBinaryReader.Format, null, cancellationToken));

    /// <summary>Everything that a metric keeps, and with it what its project has decided, under <see cref="ProjectState.RetentionName"/>. Metrics that ask at the
    /// same time are read together.</summary>
    /// <param name="project">The project.</param>
    /// <param name="key"><c>project/metric</c>.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="ClickHouseException">It cannot be read now.</exception>
    public Task<IReadOnlyList<StateEntry>> ReadMetricAsync(string project, string key, CancellationToken cancellationToken) =>
        _reads.ReadAsync((project, key), cancellationToken);

    /// <summary>Saves an entry; completes when it is durable.</summary>
    /// <param name="entry">The entry.</param>
    /// <param name="cancellationToken">Gives up waiting; it may be saved all the same.</param>
    /// <exception cref="ClickHouseException">It is not saved, or may not be: save again, with a higher version. Or too much waits already.</exception>
    public Task SaveAsync(StateEntry entry, CancellationToken cancellationToken) => _saves.AddAsync(entry, cancellationToken);

    private static async Task<IReadOnlyDictionary<(string Project, string Key), IReadOnlyList<StateEntry>>> ReadAsync(
        IClickHouse clickHouse, IReadOnlyCollection<(string Project, string Key)> metrics)
    {
        var keys = string.Join(", ", metrics.Select(static metric => SqlText.Literal(metric.Key)));
        var projects = string.Join(", ", metrics.Select(static metric => SqlText.Literal(metric.Project)).Distinct(StringComparer.Ordinal));
        var names = string.Join(", ", SavedState.Names.Select(SqlText.Literal));
        var answer = await clickHouse.QueryAsync(
            Select($"(name IN ({names}) AND grain IN ({keys})) OR (name = {SqlText.Literal(ProjectState.RetentionName)} AND grain IN ({projects}))"),
            RowBinaryReader.Format, null, CancellationToken.None);
        var entries = StateRows.Read(answer).ToLookup(static entry => entry.Key, StringComparer.Ordinal);
        return metrics.ToDictionary(
            static metric => metric, metric => (IReadOnlyList<StateEntry>)[.. entries[metric.Key], .. entries[metric.Project]]);
    }

    private static string Select(string condition) =>
        $"SELECT grain, name, version, state FROM analytics.state WHERE {condition} ORDER BY version DESC LIMIT 1 BY name, grain";
}

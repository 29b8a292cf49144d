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

    /// <summary>Bytes that wait to be saved now.</summary>
    public long WaitingBytes => _saves.WaitingBytes;

    /// <summary>Reads the newest entry of each name.</summary>
    /// <param name="key">Whose: <c>project/metric</c>.</param>
    /// <param name="names">Which; one or more.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="ClickHouseException">They cannot be read now.</exception>
    public Task<IReadOnlyList<StateEntry>> ReadAsync(string key, IEnumerable<string> names, CancellationToken cancellationToken) =>
        ReadAsync(key, names, null, cancellationToken);

    /// <summary>The same, and in the same query what its project has decided, under <see cref="ProjectState.RetentionName"/>.</summary>
    public async Task<IReadOnlyList<StateEntry>> ReadAsync(string key, IEnumerable<string> names, string? project, CancellationToken cancellationToken)
    {
        var ofProject = project is null ? string.Empty : $" OR (grain = {SqlText.Literal(project)} AND name = {SqlText.Literal(ProjectState.RetentionName)})";
        var answer = await clickHouse.QueryAsync(
            "SELECT name, version, state FROM analytics.state " +
            $"WHERE (grain = {SqlText.Literal(key)} AND name IN ({string.Join(", ", names.Select(SqlText.Literal))})){ofProject} ORDER BY version DESC LIMIT 1 BY name",
            RowBinaryReader.Format, null, cancellationToken);
        return StateRows.Read(answer, key);
    }

    /// <summary>Saves an entry; completes when it is durable.</summary>
    /// <param name="entry">The entry.</param>
    /// <param name="cancellationToken">Gives up waiting; it may be saved all the same.</param>
    /// <exception cref="ClickHouseException">It is not saved, or may not be: save again, with a higher version. Or too much waits already.</exception>
    public Task SaveAsync(StateEntry entry, CancellationToken cancellationToken) => _saves.AddAsync(entry, cancellationToken);
}

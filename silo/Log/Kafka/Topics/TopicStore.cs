using System.Globalization;
using Analytics.Grains.ClickHouse;
using Analytics.Silo.Cluster;

namespace Analytics.Silo.Log.Kafka.Topics;

/// <summary>The tables <c>analytics.log_topics</c> and <c>analytics.log_offsets</c>.</summary>
/// <param name="clickHouse">Has them.</param>
/// <param name="clusterLock">Keeps other silos from giving numbers.</param>
internal sealed class TopicStore(IClickHouse clickHouse, IClusterLock clusterLock) : ITopicStore
{
    /// <inheritdoc />
    public bool IsShared => clusterLock.IsShared;

    /// <inheritdoc />
    public async Task<IReadOnlyList<TopicNumber>> ReadNumbersAsync(CancellationToken cancellationToken)
    {
        var rows = await clickHouse.ReadRowsAsync(
            "SELECT cluster, topic, toString(number) FROM analytics.log_topics FINAL ORDER BY number", null, cancellationToken);
        return [.. rows.Select(row => new TopicNumber(row[0]!, row[1]!, int.Parse(row[2]!, CultureInfo.InvariantCulture)))];
    }

    /// <inheritdoc />
    public Task AddAsync(TopicNumber number, CancellationToken cancellationToken) => clickHouse.ExecuteAsync(
        "INSERT INTO analytics.log_topics SETTINGS async_insert = 0 VALUES "
        + $"({SqlText.Literal(number.Cluster)}, {SqlText.Literal(number.Topic)}, {number.Number}, now64(3, 'UTC'))",
        cancellationToken);

    /// <inheritdoc />
    public Task<TopicNumber> ClaimAsync(string cluster, string topic, int above, CancellationToken cancellationToken) =>
        clusterLock.RunAsync(() => TopicClaim.RunAsync(this, cluster, topic, above, cancellationToken), cancellationToken);

    /// <inheritdoc />
    public async Task<IReadOnlyDictionary<int, long>> ReadDurableAsync(CancellationToken cancellationToken)
    {
        var rows = await clickHouse.ReadRowsAsync(
            "SELECT toString(partition), toString(max(offset)) FROM analytics.log_offsets GROUP BY partition", null, cancellationToken);
        return rows.ToDictionary(row => int.Parse(row[0]!, CultureInfo.InvariantCulture), row => long.Parse(row[1]!, CultureInfo.InvariantCulture));
    }

    /// <inheritdoc />
    public Task SaveDurableAsync(IReadOnlyDictionary<int, long> offsets, CancellationToken cancellationToken)
    {
        var rows = offsets.Select(pair => string.Create(CultureInfo.InvariantCulture, $"({pair.Key}, {pair.Value}, now64(3, 'UTC'))"));
        return clickHouse.ExecuteAsync(
            $"INSERT INTO analytics.log_offsets SETTINGS async_insert = 0 VALUES {string.Join(", ", rows)}", cancellationToken);
    }
}

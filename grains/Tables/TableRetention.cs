using Analytics.GrainInterfaces.Schema;
using Analytics.Grains.ClickHouse;
using Analytics.Grains.Live.Rebuild;

namespace Analytics.Grains.Tables;

/// <summary>Makes a table keep its rows as a policy says. Used by the metric's actor alone, never beside an insert of its own.</summary>
internal sealed class TableRetention(IClickHouse clickHouse, TablePlace place)
{
    private readonly string _onAll = place.QuotedRows + place.OnCluster;

    /// <summary>Why a policy's volume cannot be used; <see langword="null"/> when it can, or none is named.</summary>
    /// <exception cref="ClickHouseException">The server cannot be asked now.</exception>
    public static async Task<SettingsRefusal?> WhyNotVolumeAsync(IClickHouse clickHouse, RetentionPolicy policy, CancellationToken cancellationToken) =>
        policy.Volume is { } volume && await FindStoragePolicyAsync(clickHouse, volume, cancellationToken) is null ? VolumeUnknown(volume) : null;

    /// <summary>Gives the table, if there is one, the policy's TTL, and a storage policy that has its volume.</summary>
    /// <returns>Why that cannot be; <see langword="null"/> when it is so.</returns>
    /// <exception cref="ClickHouseException">The server cannot now, or refused a statement.</exception>
    public async Task<SettingsRefusal?> ApplyAsync(RetentionPolicy policy, CancellationToken cancellationToken)
    {
        string? storage = null;
        if (policy.Volume is { } volume && (storage = await FindStoragePolicyAsync(clickHouse, volume, cancellationToken)) is null)
        {
            return VolumeUnknown(volume);
        }

        if (await ReadAsync(cancellationToken) is not { } has)
        {
            return null;
        }

        var ttl = RetentionSql.Ttl(policy);
        if (RetentionSql.TtlOf(has.EngineFull) == ttl)
        {
            return null;
        }

        if (storage is not null && storage != has.StoragePolicy)
        {
            await LazyTable.ExecuteAsync(
                clickHouse, place.QuotedRows, $"ALTER TABLE {_onAll} MODIFY SETTING storage_policy = {SqlText.Literal(storage)}", cancellationToken);
        }

        await LazyTable.ExecuteAsync(clickHouse, place.QuotedRows, RetentionSql.Alter(_onAll, ttl), cancellationToken);
        return null;
    }

    /// <summary>Rows by the day they were inserted, days since 1970 UTC.</summary>
    /// <exception cref="ClickHouseException">They cannot be counted now.</exception>
    public async Task<IReadOnlyDictionary<long, long>> CountByDayAsync(CancellationToken cancellationToken)
    {
        var rows = await clickHouse.ReadRowsAsync(
            $"SELECT toString(intDiv(toUnixTimestamp(_inserted), 86400)) AS day, toString(count()) FROM {place.QuotedName} GROUP BY day", null, cancellationToken);
        return rows.ToDictionary(row => Text.Int64(row[0]!), row => Text.Int64(row[1]!));
    }

    private async Task<(string EngineFull, string StoragePolicy)?> ReadAsync(CancellationToken cancellationToken)
    {
        var rows = await clickHouse.ReadRowsAsync(
            $"SELECT engine_full, storage_policy FROM system.tables WHERE database = {SqlText.Literal(place.RowsDatabase)} AND name = {SqlText.Literal(place.RowsTable)}", null, cancellationToken);
        return rows.Count == 0 ? null : (rows[0][0]!, rows[0][1]!);
    }

    private static SettingsRefusal VolumeUnknown(string volume) =>
        new(SettingsRefusal.VolumeUnknown, $"No storage policy of the server has a volume '{volume}' besides the disk that tables begin on.");

    // A table may only change to a storage policy that has the disks it is on.
    private static async Task<string?> FindStoragePolicyAsync(IClickHouse clickHouse, string volume, CancellationToken cancellationToken)
    {
        var rows = await clickHouse.ReadRowsAsync(
            "SELECT policy_name FROM system.storage_policies GROUP BY policy_name " +
            $"HAVING has(groupArray(volume_name), {SqlText.Literal(volume)}) AND has(groupArrayArray(disks), 'default') AND count() > 1 ORDER BY policy_name LIMIT 1",
            null, cancellationToken);
        return rows.Count == 0 ? null : rows[0][0];
    }
}

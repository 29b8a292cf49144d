using System.Text.Json;
using Analytics.Grains.ClickHouse;
using Orleans;
using Orleans.Runtime;
using Orleans.Storage;

namespace Analytics.Grains.Storage;

/// <summary>Grain state as JSON rows of <c>analytics.state</c>; the highest version counts. Safe for the one activation a grain has.</summary>
/// <param name="clickHouse">The engine.</param>
/// <param name="time">Stamps what is saved.</param>
public sealed class ClickHouseGrainStorage(IClickHouse clickHouse, TimeProvider time) : IGrainStorage
{
    /// <inheritdoc />
    public async Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        var rows = await clickHouse.ReadRowsAsync(
            "SELECT state, toString(version) FROM analytics.state " +
            $"WHERE name = {SqlText.Literal(stateName)} AND grain = {SqlText.Literal(grainId.ToString())} ORDER BY version DESC LIMIT 1");
        grainState.RecordExists = rows.Count > 0 && rows[0][0]!.Length > 0;
        grainState.ETag = rows.Count > 0 ? rows[0][1] : null;
        grainState.State = grainState.RecordExists ? JsonSerializer.Deserialize<T>(rows[0][0]!)! : Activator.CreateInstance<T>();
    }

    /// <inheritdoc />
    public async Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        await SaveAsync(stateName, grainId, grainState, JsonSerializer.Serialize(grainState.State));
        grainState.RecordExists = true;
    }

    /// <inheritdoc />
    public async Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        // An empty text in a newer version: rows are never changed in place.
        await SaveAsync(stateName, grainId, grainState, string.Empty);
        grainState.RecordExists = false;
        grainState.State = Activator.CreateInstance<T>();
    }

    private async Task SaveAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState, string json)
    {
        var version = (grainState.ETag is null ? 0 : Live.Rebuild.Text.Int64(grainState.ETag)) + 1;
        await clickHouse.ExecuteAsync(
            "INSERT INTO analytics.state SETTINGS async_insert = 0 VALUES " +
            $"({SqlText.Literal(stateName)}, {SqlText.Literal(grainId.ToString())}, {SqlText.Literal(json)}, {version}, " +
            $"fromUnixTimestamp64Milli({time.GetUtcNow().ToUnixTimeMilliseconds()}, 'UTC'))");
        grainState.ETag = version.ToString(System.Globalization.CultureInfo.InvariantCulture);
    }
}

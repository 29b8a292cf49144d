using System.Text.Json;
using Analytics.GrainInterfaces.Schema;

namespace Analytics.Grains.Metrics.State;

/// <summary>What a project keeps in <c>analytics.state</c>, under its name: what counts for those of its metrics that decide nothing else.</summary>
internal sealed class ProjectState(MetricStateStore states, string project)
{
    /// <summary>The name of its retention policy.</summary>
    public const string RetentionName = "retention";

    private ulong _version;

    /// <summary>Reads the policy; <see langword="null"/> when there is none.</summary>
    /// <exception cref="ClickHouse.ClickHouseException">It cannot be read now.</exception>
    public async Task<RetentionPolicy?> ReadAsync(CancellationToken cancellationToken)
    {
        foreach (var entry in await states.ReadAsync(project, [RetentionName], cancellationToken))
        {
            _version = entry.Version;
            return Read(entry);
        }

        return null;
    }

    /// <summary>Saves the policy.</summary>
    /// <exception cref="ClickHouse.ClickHouseException">It is not saved, or may not be.</exception>
    public Task SaveAsync(RetentionPolicy? policy, CancellationToken cancellationToken) =>
        states.SaveAsync(new StateEntry(RetentionName, project, ++_version, JsonSerializer.SerializeToUtf8Bytes(policy)), cancellationToken);

    // What is damaged is as good as absent: rows are kept rather than deleted.
    private static RetentionPolicy? Read(StateEntry entry)
    {
        try
        {
            return JsonSerializer.Deserialize<RetentionPolicy?>(entry.State.Span);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}

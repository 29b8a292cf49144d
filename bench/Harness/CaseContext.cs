using Analytics.Tests.Kafka;

namespace Analytics.Bench.Harness;

/// <summary>What a case works with.</summary>
/// <param name="Runs">How often everybody takes part.</param>
/// <param name="IsQuick">Whether inputs are small: figures show that all works, and little more.</param>
/// <param name="Events">Events of a topic, when the command line says it.</param>
/// <param name="HasPeers">Whether peers take part.</param>
/// <param name="Only">What the names of the inputs contain that take part.</param>
/// <param name="Samples">What was measured.</param>
/// <param name="Broker">The broker, started when first asked for.</param>
internal sealed record CaseContext(int Runs, bool IsQuick, long? Events, bool HasPeers, string? Only, Samples Samples, Func<Task<KafkaBroker>> Broker)
{
    /// <summary>Whether an input takes part.</summary>
    public bool Wants(string name) => Only is null || name.Contains(Only, StringComparison.Ordinal);

    /// <summary>A size that depends on whether the run is quick.</summary>
    public long Size(long full, long quick) => IsQuick ? quick : full;

    /// <summary>Events of a topic, by the same rule unless the command line says how many.</summary>
    public long EventsOf(long full, long quick) => Events ?? Size(full, quick);
}

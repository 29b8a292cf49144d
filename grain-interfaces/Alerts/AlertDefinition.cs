using Orleans;

namespace Analytics.GrainInterfaces.Alerts;

/// <summary>When somebody is to be told of a number. One of <see cref="Above"/>, <see cref="Below"/> and <see cref="Deviations"/> is given.</summary>
[GenerateSerializer, Immutable, Alias("analytics.AlertDefinition")]
public sealed record AlertDefinition
{
    /// <summary>The alert's name, unique in its metric.</summary>
    [Id(0)]
    public required string Name { get; init; }

    /// <summary>The number.</summary>
    [Id(1)]
    public required AlertSubject On { get; init; }

    /// <summary>It is raised beyond this.</summary>
    [Id(2)]
    public double? Above { get; init; }

    /// <summary>It is raised under this.</summary>
    [Id(3)]
    public double? Below { get; init; }

    /// <summary>It is raised that many standard deviations from the mean.</summary>
    [Id(4)]
    public double? Deviations { get; init; }

    /// <summary>The mean of what.</summary>
    [Id(5)]
    public AlertBaseline Against { get; init; }

    /// <summary>It is cleared at this, or on its other side; as many deviations where those count. <see langword="null"/> for what it is raised beyond.</summary>
    [Id(6)]
    public double? Clear { get; init; }

    /// <summary>Milliseconds that either must last before it counts; 0 for at once.</summary>
    [Id(7)]
    public long ForMs { get; init; }

    /// <summary>Where changes are posted; <see langword="null"/> for nowhere.</summary>
    [Id(8)]
    public string? Webhook { get; init; }

    /// <summary>Signs what is posted; <see langword="null"/> for no signature, and whenever a definition is shown.</summary>
    [Id(9)]
    public string? Secret { get; init; }

    /// <summary>The same as it may be shown.</summary>
    public AlertDefinition WithoutSecret() => Secret is null ? this : this with { Secret = null };
}

using Orleans;

namespace Analytics.GrainInterfaces.Schema;

/// <summary>How long a table keeps its rows, and where: by the day they were inserted, in the steps in which the engine merges.</summary>
[GenerateSerializer, Immutable, Alias("analytics.RetentionPolicy")]
public sealed record RetentionPolicy
{
    /// <summary>Days of a policy at most: a century.</summary>
    public const int DaysMax = 36_500;

    /// <summary>Rows are kept for ever where they are.</summary>
    public static RetentionPolicy Forever { get; } = new();

    /// <summary>Rows are deleted this many days after they were inserted, 1-<see cref="DaysMax"/>; <see langword="null"/>: never.</summary>
    [Id(0)]
    public int? DeleteAfterDays { get; init; }

    /// <summary>Rows move to <see cref="Volume"/> this many days after they were inserted, fewer than <see cref="DeleteAfterDays"/>; <see langword="null"/>: never.</summary>
    [Id(1)]
    public int? MoveAfterDays { get; init; }

    /// <summary>The volume of the server's storage policy that rows move to; given with <see cref="MoveAfterDays"/>.</summary>
    [Id(2)]
    public string? Volume { get; init; }
}

namespace Analytics.Grains.Metrics;

/// <summary>What a scratch table has of its model.</summary>
internal enum ScratchKind
{
    /// <summary>Columns, constraints, DEFAULT and MATERIALIZED expressions; it keeps no rows. Enough for nearly all refusals.</summary>
    Expressions,

    /// <summary>The model's engine too, with indices, projections and TTLs, whose expressions may throw while a part is written.</summary>
    Whole,
}

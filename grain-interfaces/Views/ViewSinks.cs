namespace Analytics.GrainInterfaces.Views;

/// <summary>Where a view's complete windows are written to.</summary>
[Flags]
public enum ViewSinks
{
    /// <summary>Nowhere: they are there to be read.</summary>
    None = 0,

    /// <summary>A table beside the metric's.</summary>
    ClickHouse = 1,

    /// <summary>A table of the PostgreSQL database that is configured.</summary>
    Postgres = 2,
}

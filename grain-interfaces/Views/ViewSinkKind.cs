namespace Analytics.GrainInterfaces.Views;

/// <summary>Where closed windows of a view are written to.</summary>
public enum ViewSinkKind
{
    /// <summary>A table of ClickHouse, beside those of the project.</summary>
    ClickHouse,

    /// <summary>A table of PostgreSQL.</summary>
    Postgres,
}

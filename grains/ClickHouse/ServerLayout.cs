namespace Analytics.Grains.ClickHouse;

/// <summary>How databases and tables are made on a server.</summary>
public sealed record ServerLayout
{
    /// <summary>A database whose tables load when first touched: the engine in this process.</summary>
    public static ServerLayout Lazy { get; } = new() { LoadsTablesLazily = true };

    /// <summary>
    /// Whether databases are made so that their tables load when first touched: thousands of them cost nothing at a start. Not on a server that others run too: backups of such
    /// tables are empty (ClickHouse 26.8), and <c>system.parts</c> does not show them.
    /// </summary>
    public bool LoadsTablesLazily { get; init; }

    /// <summary>The cluster, with one shard or several of one replica or several; <see langword="null"/> for a server of its own.</summary>
    public string? Cluster { get; init; }

    /// <summary>What makes a statement one for every server of the cluster, with the blank before it; empty without a cluster.</summary>
    public string OnCluster => Cluster is null ? string.Empty : $" ON CLUSTER {SqlText.Identifier(Cluster)}";
}

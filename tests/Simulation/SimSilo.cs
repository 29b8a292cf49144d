using Analytics.Grains.ClickHouse;
using Analytics.Grains.Configuration;
using Analytics.Grains.Metrics;
using Analytics.Grains.Partitions;
using Analytics.Silo.Ingest.RefusedRows;

namespace Analytics.Tests.Simulation;

/// <summary>A silo: a place for activations, ledgers and receivers that dies as a whole.</summary>
internal sealed class SimSilo
{
    // Small, so that everything that is bounded is met at its bound.
    private static readonly FlushOptions Flush = new() { RowsMax = 12, IntervalMs = 200 };
    private static readonly MetricOptions Metrics = new() { BufferBytesMax = 40_000, SnapshotMinutes = 0 };

    public SimSilo(SimCluster cluster, string name)
    {
        Cluster = cluster;
        World = cluster.World;
        Domain = new SimDomain(World, name, isOrdered: false);
        var inserts = new InsertScheduler(new HeldEngine(), 50, 2, World.Time);
        Memory = new HeldMemory(100_000);
        Services = new MetricServices(
            new HeldEngine(), inserts, Flush, Metrics, new LimitsOptions(), World.Time, cluster.Loggers, cluster.Instruments)
        {
            Memory = Memory,
            RefusedRows = new LogRefusedRows(cluster.Log, new LimitsOptions(), World.Time),
            Random = World.Random,
            Stores = (project, metric) => new SimStore(cluster.Database, Domain, project, metric),
        };
    }

    public SimCluster Cluster { get; }

    public SimWorld World { get; }

    /// <summary>Its threads.</summary>
    public SimDomain Domain { get; }

    /// <summary>What its actors share.</summary>
    public MetricServices Services { get; }

    /// <summary>What it holds between log and tables.</summary>
    public HeldMemory Memory { get; }

    /// <summary>The ledgers that live here, by partition.</summary>
    public Dictionary<int, Ledger> Ledgers { get; } = [];

    /// <summary>An engine nobody may reach: stores go to the simulated database.</summary>
    private sealed class HeldEngine : IClickHouse
    {
        public Task ExecuteAsync(string sql, CancellationToken cancellationToken = default) => throw new NotSupportedException(sql);

        public Task<byte[]> QueryAsync(
            string sql, string format, IReadOnlyDictionary<string, string>? parameters = null, CancellationToken cancellationToken = default) =>
            throw new NotSupportedException(sql);

        public Task<byte[]> QueryReadOnlyAsync(
            string sql, string format, IReadOnlyDictionary<string, string>? parameters = null, CancellationToken cancellationToken = default) =>
            throw new NotSupportedException(sql);

        public Task InsertAsync(InsertBlock block, CancellationToken cancellationToken = default) => throw new NotSupportedException(block.Table);
    }
}

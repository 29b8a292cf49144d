using Analytics.GrainInterfaces.Live;
using Analytics.Grains.Metrics;
using Analytics.Silo.Ingest.Streams;
using Microsoft.Extensions.Logging.Abstractions;

namespace Analytics.Tests.Simulation;

/// <summary>One seed from an empty log to a quiet end, and once more from what is stored.</summary>
internal sealed class Simulation : IDisposable
{
    private static readonly TimeSpan TroubleMax = TimeSpan.FromHours(2);
    private static readonly TimeSpan QuietMax = TimeSpan.FromMinutes(30);

    private readonly MetricInstruments _instruments = new();
    private readonly IngestInstruments _ingest = new(new HeldMemory(long.MaxValue));
    private readonly SimWorld _world;
    private readonly SimFaults _faults;
    private readonly SimClients _clients;
    private readonly SimDomain _observer;
    private readonly List<string> _violations = [];

    public Simulation(int seed, bool isTraced = false)
    {
        _world = new SimWorld(seed) { IsTraced = isTraced };
        _faults = SimFaults.Of(_world.Random);
        Log = new SimLog(_world, _world.Random.Next(1, 4));
        Database = new SimDatabase(_world);
        Cluster = new SimCluster(_world, Log, Database, _instruments, _ingest, NullLoggerFactory.Instance);
        _clients = new SimClients(_world, Log, _world.Random.Next(20, 150));
        _observer = new SimDomain(_world, "observer", isOrdered: false);
    }

    public SimLog Log { get; }

    public SimDatabase Database { get; }

    public SimCluster Cluster { get; }

    /// <summary>What happened.</summary>
    public IReadOnlyList<string> Trace => _world.Trace;

    /// <summary>Runs it.</summary>
    /// <returns>What was wrong.</returns>
    public IReadOnlyList<string> Run()
    {
        Cluster.StartSilo();
        if (_world.Random.Next(2) == 0)
        {
            Cluster.StartSilo();
        }

        SetFaults(_faults);
        _world.BeforeStep = BreakSomething;
        _clients.Start();
        if (!_world.RunUntil(() => _clients.IsDone && (_world.Random.Next(500) == 0), TroubleMax))
        {
            _violations.Add("the clients got stuck");
            return _violations;
        }

        SetFaults(new SimFaults());
        _world.BeforeStep = () => { };
        if (!_world.RunUntil(IsCommitted, QuietMax))
        {
            _violations.Add($"stuck: committed {Positions(Log.Committed)} of {Positions(Log.End)} in a quiet world");
            return _violations;
        }

        // An actor whose table refused rows is about to start over from it.
        _world.RunUntil(() => false, TimeSpan.FromSeconds(3));
        Check();
        StartAnew();
        return _violations;
    }

    public void Dispose()
    {
        _world.Dispose();
        _instruments.Dispose();
        _ingest.Dispose();
    }

    private void SetFaults(SimFaults faults)
    {
        _world.Note($"faults: {faults}");
        Log.Faults = faults;
        Database.Faults = faults;
        Database.AwayUntil = default;
        Cluster.Faults = faults;
    }

    private void BreakSomething()
    {
        if (_world.Chance(_faults.SiloDeath) && Cluster.Silos.Count > 0)
        {
            Cluster.Kill(Cluster.Silos[_world.Random.Next(Cluster.Silos.Count)]);
        }

        if (_world.Chance(_faults.Leave) && Cluster.ActiveKeys.Count > 0)
        {
            Cluster.Leave(Cluster.ActiveKeys.ElementAt(_world.Random.Next(Cluster.ActiveKeys.Count)));
        }

        if (_world.Chance(_faults.HandOver) && Cluster.Silos.Count > 0)
        {
            Cluster.HandOver(_world.Random.Next(Log.Partitions.Count));
        }

        if (_world.Chance(_faults.Away))
        {
            Database.AwayUntil = _world.Time.GetUtcNow() + TimeSpan.FromSeconds(_world.Random.Next(1, 60));
            _world.Note($"ClickHouse is away until {Database.AwayUntil:mm:ss}");
        }
    }

    private bool IsCommitted() => Enumerable.Range(0, Log.Partitions.Count).All(partition => Log.Committed(partition) >= Log.End(partition));

    private void Check() => _violations.AddRange(new SimCheck(Log, Database, Ask).Run());

    private MetricSnapshot? Ask(string key)
    {
        var asking = _observer.CallAsync(() => new SimMetricCall(Cluster, key).GetSnapshotAsync());
        return _world.RunUntil(() => asking.IsCompleted, QuietMax) && asking.IsCompletedSuccessfully ? asking.Result : null;
    }

    // As at a stop: everything leaves, nothing is held any more; and the next start has nothing to read again.
    private void StartAnew()
    {
        Cluster.StopAgents();
        if (!_world.RunUntil(HaveAllLeft, QuietMax))
        {
            _violations.Add("an actor did not leave a quiet world");
        }

        _world.RunUntil(() => Cluster.Silos.All(silo => silo.Memory.Bytes == 0), TimeSpan.FromMinutes(1));
        _violations.AddRange(Cluster.Silos.Where(silo => silo.Memory.Bytes != 0).Select(silo => $"{silo.Domain.Name} still counts {silo.Memory.Bytes} bytes as held"));
        foreach (var silo in Cluster.Silos.ToList())
        {
            Cluster.Kill(silo);
        }

        Log.ReadCount = 0;
        Cluster.StartSilo();
        _world.RunUntil(() => false, TimeSpan.FromSeconds(5));
        if (Log.ReadCount != 0)
        {
            _violations.Add($"{Log.ReadCount} records were read again after everything was committed");
        }

        Check();
    }

    // A delivery under way may bring an actor back.
    private bool HaveAllLeft()
    {
        foreach (var key in Cluster.ActiveKeys.ToList())
        {
            Cluster.Leave(key);
        }

        return Cluster.ActiveKeys.Count == 0;
    }

    private string Positions(Func<int, long> of) => string.Join(' ', Enumerable.Range(0, Log.Partitions.Count).Select(of));
}

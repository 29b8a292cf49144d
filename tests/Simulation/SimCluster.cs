using Analytics.Grains.Metrics;
using Analytics.Silo.Ingest.Streams;
using Microsoft.Extensions.Logging;

namespace Analytics.Tests.Simulation;

/// <summary>One or two silos and what they share: the log, the database, and who is where.</summary>
internal sealed class SimCluster(SimWorld world, SimLog log, SimDatabase database, MetricInstruments instruments, IngestInstruments ingest, ILoggerFactory loggers)
{
    // Until the others have noticed that a silo is dead.
    private const int NoticeMsMax = 15_000;

    private readonly List<SimSilo> _silos = [];
    private readonly Dictionary<string, SimMetric> _metrics = [];
    private readonly SimAgent?[] _agents = new SimAgent?[log.Partitions.Count];
    private readonly SimDomain _runtime = new(world, "runtime", isOrdered: false);
    private int _siloCount;

    public SimWorld World => world;

    public SimLog Log => log;

    public SimDatabase Database => database;

    public MetricInstruments Instruments => instruments;

    public IngestInstruments Ingest => ingest;

    public ILoggerFactory Loggers => loggers;

    /// <summary>What goes wrong now between actors.</summary>
    public SimFaults Faults { get; set; } = new();

    /// <summary>Planted: ledgers acknowledge what is announced to them.</summary>
    public bool IsLedgerHasty { get; set; }

    /// <summary>Called with each silo that starts.</summary>
    public Action<SimSilo> OnStart { get; set; } = _ => { };

    /// <summary>Silos that live.</summary>
    public IReadOnlyList<SimSilo> Silos => _silos;

    /// <summary>Keys of the actors that are active.</summary>
    public IReadOnlyCollection<string> ActiveKeys => _metrics.Keys;

    /// <summary>Adds a silo; partitions without a receiver get one there.</summary>
    public SimSilo StartSilo()
    {
        var silo = new SimSilo(this, $"silo{++_siloCount}");
        world.Note($"{silo.Domain.Name} starts");
        _silos.Add(silo);
        OnStart(silo);
        for (var partition = 0; partition < _agents.Length; partition++)
        {
            if (_agents[partition] is null)
            {
                StartAgent(partition, silo);
            }
        }

        return silo;
    }

    /// <summary>Kills a silo with all that is on it. Receivers begin elsewhere when that is noticed, or with the next silo.</summary>
    public void Kill(SimSilo silo)
    {
        world.Note($"{silo.Domain.Name} dies");
        _silos.Remove(silo);
        silo.Domain.Kill();
        foreach (var metric in _metrics.Values.Where(metric => metric.Silo == silo).ToList())
        {
            _metrics.Remove(metric.Key);
            metric.Die();
        }

        for (var partition = 0; partition < _agents.Length; partition++)
        {
            if (_agents[partition]?.Silo == silo)
            {
                _agents[partition] = null;
            }
        }

        _ = _runtime.StartAsync(RepairAsync);
    }

    /// <summary>Gives a partition a second receiver; the first ends a while later, as when queues move between silos.</summary>
    public void HandOver(int partition)
    {
        if (_agents[partition] is { } first)
        {
            StartAgent(partition, Pick());
            _ = _runtime.StartAsync(async () =>
            {
                await Task.Delay(TimeSpan.FromMilliseconds(world.Random.Next(5_000)), world.Time);
                first.Stop();
            });
        }
    }

    /// <summary>Asks an actor to leave.</summary>
    public void Leave(string key) => _metrics[key].Leave();

    /// <summary>Ends all receivers as a stop does.</summary>
    public void StopAgents()
    {
        foreach (var agent in _agents)
        {
            agent?.Stop();
        }
    }

    /// <summary>The actor of a metric, made when there is none.</summary>
    public async Task<SimMetric> ActivateAsync(string key)
    {
        await world.PauseAsync();
        while (true)
        {
            while (_silos.Count == 0)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(100), world.Time);
            }

            if (!_metrics.TryGetValue(key, out var metric))
            {
                _metrics.Add(key, metric = new SimMetric(Pick(), key));
            }

            if (!metric.IsLeaving)
            {
                return metric;
            }

            await metric.Ended;
        }
    }

    /// <summary>Forgets an actor that has left.</summary>
    public void Remove(SimMetric metric)
    {
        if (_metrics.GetValueOrDefault(metric.Key) == metric)
        {
            _metrics.Remove(metric.Key);
        }
    }

    /// <summary>The silo that has a partition's ledger, a new one where there is none.</summary>
    public SimSilo LedgerOf(int partition)
    {
        if (_silos.Count == 0)
        {
            throw new SiloGoneException("The cluster");
        }

        var home = _silos.Find(silo => silo.Ledgers.ContainsKey(partition)) ?? Pick();
        home.Ledgers.TryAdd(partition, new Grains.Partitions.Ledger(world.Time));
        return home;
    }

    private SimSilo Pick() => _silos[world.Random.Next(_silos.Count)];

    private void StartAgent(int partition, SimSilo silo)
    {
        _agents[partition] = new SimAgent(silo, partition);
        _agents[partition]!.Start();
    }

    private async Task RepairAsync()
    {
        await Task.Delay(TimeSpan.FromMilliseconds(world.Random.Next(NoticeMsMax)), world.Time);
        if (_silos.Count == 0)
        {
            StartSilo();
        }

        for (var partition = 0; partition < _agents.Length; partition++)
        {
            if (_agents[partition] is null)
            {
                StartAgent(partition, Pick());
            }
        }
    }
}

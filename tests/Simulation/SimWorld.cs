namespace Analytics.Tests.Simulation;

/// <summary>
/// One thread that runs everything: of all that could go on next, it picks one by the seed, so that the same seed is the same run and any
/// order that threads could have is some seed's order. Time passes only when nothing can go on without it.
/// </summary>
internal sealed class SimWorld : IDisposable
{
    private readonly List<SimDomain> _domains = [];
    private readonly List<SimDomain> _ready = [];
    private readonly int _threadId = Environment.CurrentManagedThreadId;

    public SimWorld(int seed)
    {
        Random = new Random(seed);
        Time = new SimTime(this);
    }

    /// <summary>Decides everything that is not decided.</summary>
    public Random Random { get; }

    /// <summary>The clock of all domains.</summary>
    public SimTime Time { get; }

    /// <summary>Steps taken so far.</summary>
    public long Steps { get; private set; }

    /// <summary>What happened, for whoever looks into a seed; empty unless <see cref="IsTraced"/>.</summary>
    public List<string> Trace { get; } = [];

    /// <summary>Whether <see cref="Note"/> keeps anything.</summary>
    public bool IsTraced { get; init; }

    /// <summary>Called before each step: the place where things break.</summary>
    public Action BeforeStep { get; set; } = () => { };

    /// <summary>Runs until the condition holds.</summary>
    /// <param name="isDone">Looked at between steps.</param>
    /// <param name="timeMax">Simulated time after which it never will.</param>
    public bool RunUntil(Func<bool> isDone, TimeSpan timeMax)
    {
        var end = Time.GetUtcNow() + timeMax;
        while (!isDone())
        {
            BeforeStep();
            Steps++;
            if (_ready.Count > 0)
            {
                _ready[Random.Next(_ready.Count)].RunOne();
            }
            else if (Time.GetUtcNow() >= end || !Time.FireNext())
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>True as often as told.</summary>
    public bool Chance(double probability) => probability > 0 && Random.NextDouble() < probability;

    /// <summary>A moment, mostly none: messages and calls take it.</summary>
    public Task PauseAsync() => Random.Next(20) switch
    {
        < 12 => Task.CompletedTask,
        < 19 => Task.Delay(TimeSpan.FromMilliseconds(Random.Next(1, 10)), Time),
        _ => Task.Delay(TimeSpan.FromMilliseconds(Random.Next(10, 800)), Time),
    };

    /// <summary>Writes to the trace.</summary>
    public void Note(string text)
    {
        if (IsTraced)
        {
            Trace.Add($"{Time.GetUtcNow():mm:ss.fff} {text}");
        }
    }

    /// <summary>Two runs of a seed are the same only as long as all of it happens on one thread.</summary>
    internal void ThrowIfElsewhere()
    {
        if (Environment.CurrentManagedThreadId != _threadId)
        {
            throw new InvalidOperationException("Something left the simulation for another thread.");
        }
    }

    /// <summary>Ends everything.</summary>
    public void Dispose() => _domains.ForEach(domain => domain.Kill());

    internal void Add(SimDomain domain) => _domains.Add(domain);

    internal void SetReady(SimDomain domain) => _ready.Add(domain);

    internal void SetIdle(SimDomain domain) => _ready.Remove(domain);
}

namespace Analytics.Tests.Simulation;

/// <summary>Something that can die: a silo, or one activation in it. What has not run when it dies never does.</summary>
internal sealed class SimDomain : TaskScheduler
{
    private readonly List<Task> _steps = [];
    private readonly List<Action> _calls = [];
    private readonly SimWorld _world;
    private readonly bool _isOrdered;

    /// <summary>Something that lives.</summary>
    /// <param name="world">Runs it.</param>
    /// <param name="name">For the trace.</param>
    /// <param name="isOrdered">Whether its steps run in the order they became ready, as an activation's; a silo's threads keep none.</param>
    public SimDomain(SimWorld world, string name, bool isOrdered)
    {
        _world = world;
        _isOrdered = isOrdered;
        Name = name;
        world.Add(this);
    }

    /// <summary>For the trace.</summary>
    public string Name { get; }

    /// <summary>Whether it has died.</summary>
    public bool IsDead { get; private set; }

    /// <summary>The domain whose step is running; <see langword="null"/> outside of all.</summary>
    public static SimDomain? Running => Current as SimDomain;

    /// <summary>Starts work here.</summary>
    public Task StartAsync(Func<Task> work) => Task.Factory.StartNew(work, CancellationToken.None, TaskCreationOptions.None, this).Unwrap();

    /// <summary>Calls something that lives here, from elsewhere; the call fails when this domain dies before it has answered.</summary>
    public Task<T> CallAsync<T>(Func<Task<T>> work)
    {
        var answer = new TaskCompletionSource<T>();
        if (IsDead)
        {
            answer.SetException(new SiloGoneException(Name));
            return answer.Task;
        }

        void Fail() => answer.TrySetException(new SiloGoneException(Name));
        _calls.Add(Fail);
        _ = StartAsync(async () =>
        {
            try
            {
                answer.TrySetResult(await work());
            }
            catch (Exception e)
            {
                answer.TrySetException(e);
            }

            _calls.Remove(Fail);
        });
        return answer.Task;
    }

    /// <summary>Ends it between two steps.</summary>
    public void Kill()
    {
        if (IsDead)
        {
            return;
        }

        IsDead = true;
        if (_steps.Count > 0)
        {
            _steps.Clear();
            _world.SetIdle(this);
        }

        _world.Time.Forget(this);
        foreach (var fail in _calls)
        {
            fail();
        }

        _calls.Clear();
    }

    /// <summary>Runs one step.</summary>
    public void RunOne()
    {
        var index = _isOrdered ? 0 : _world.Random.Next(_steps.Count);
        var step = _steps[index];
        _steps.RemoveAt(index);
        if (_steps.Count == 0)
        {
            _world.SetIdle(this);
        }

        TryExecuteTask(step);
    }

    protected override void QueueTask(Task task)
    {
        if (IsDead)
        {
            // What was left lying may be finalized on another thread.
            return;
        }

        _world.ThrowIfElsewhere();

        _steps.Add(task);
        if (_steps.Count == 1)
        {
            _world.SetReady(this);
        }
    }

    protected override bool TryExecuteTaskInline(Task task, bool taskWasPreviouslyQueued) => false;

    protected override IEnumerable<Task> GetScheduledTasks() => _steps;
}

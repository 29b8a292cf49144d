namespace Orleans.Runtime;

/// <summary>
/// Runs the turns of one owner, an activation or a pulling agent, one at a time on pool threads. Awaits in a turn continue here too,
/// because a task that is awaited under a scheduler comes back to it.
/// </summary>
internal sealed class TurnScheduler(object owner) : TaskScheduler, IThreadPoolWorkItem
{
    // Long enough to amortise the hop to the pool, short enough that thousands of busy owners share two cores fairly.
    private const long SliceMs = 20;

    [ThreadStatic]
    private static TurnScheduler? Running;

    private readonly Queue<object> _turns = new();
    private bool _isScheduled;

    /// <summary>Whose turns these are.</summary>
    public object Owner { get; } = owner;

    public override int MaximumConcurrencyLevel => 1;

    /// <summary>The owner whose turn runs on this thread, if any.</summary>
    public static object? CurrentOwner => (Current as TurnScheduler)?.Owner;

    /// <summary>Queues the start of a request: a turn without the caller's execution context.</summary>
    public void Queue(ITurn turn) => Add(turn);

    /// <summary>Queues an action as a turn.</summary>
    public void Queue(Action action) => Add(action);

    /// <summary>Runs an asynchronous function in turns of the owner.</summary>
    public Task RunAsync(Func<Task> function)
        => Task.Factory.StartNew(function, CancellationToken.None, TaskCreationOptions.DenyChildAttach, this).Unwrap();

    void IThreadPoolWorkItem.Execute()
    {
        Running = this;
        var start = Environment.TickCount64;
        while (TryTake(out var turn))
        {
            Run(turn);
            if (Environment.TickCount64 - start > SliceMs)
            {
                Running = null;
                Schedule();
                return;
            }
        }

        Running = null;
    }

    protected override void QueueTask(Task task) => Add(task);

    protected override bool TryExecuteTaskInline(Task task, bool taskWasPreviouslyQueued)
        => !taskWasPreviouslyQueued && Running == this && TryExecuteTask(task);

    protected override IEnumerable<Task> GetScheduledTasks()
    {
        lock (_turns)
        {
            return [.. _turns.OfType<Task>()];
        }
    }

    private void Add(object turn)
    {
        lock (_turns)
        {
            _turns.Enqueue(turn);
            if (_isScheduled)
            {
                return;
            }

            _isScheduled = true;
        }

        Schedule();
    }

    // In the pool's common queue, which is first come, first served. In a thread's own queue, which is last come, first served, two busy
    // pairs of caller and callee would keep two threads to themselves and starve everybody else.
    private void Schedule() => ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);

    private bool TryTake(out object turn)
    {
        lock (_turns)
        {
            if (_turns.TryDequeue(out turn!))
            {
                return true;
            }

            _isScheduled = false;
            return false;
        }
    }

    private void Run(object turn)
    {
        switch (turn)
        {
            case Task task:
                TryExecuteTask(task);
                break;
            case ITurn start:
                // A task, so that TaskScheduler.Current is this scheduler while it runs; made here, where there is no execution context to capture.
                new Task(static state => ((ITurn)state!).Start(), start).RunSynchronously(this);
                break;
            default:
                new Task((Action)turn).RunSynchronously(this);
                break;
        }
    }
}

/// <summary>The start of something that runs in turns; must not throw.</summary>
internal interface ITurn
{
    void Start();
}

using Analytics.GrainInterfaces.Views;
using Microsoft.Extensions.Logging;

namespace Analytics.Grains.Views.Sinks;

/// <summary>The sinks of one metric's views, each at its own pace. Belongs to the actor's turn.</summary>
/// <param name="services">What sinks share.</param>
/// <param name="open">Opens a sink of a view.</param>
/// <param name="time">Clock.</param>
/// <param name="random">Decides jitter.</param>
/// <param name="key">The metric, for messages.</param>
/// <param name="logger">Gets what fails.</param>
internal sealed partial class ViewSinks(SinkServices services, Func<string, ViewSink, IViewSink> open, TimeProvider time, Random random, string key, ILogger logger)
{
    private static readonly TimeSpan EndAgain = TimeSpan.FromMilliseconds(200);

    private readonly List<SinkRun> _runs = [];
    private readonly List<Task> _ending = [];

    /// <summary>Keeps to these views from now on. A sink that is the same goes on; one that is no more ends once its present write is done.</summary>
    public void Follow(IReadOnlyList<ViewDefinition> views)
    {
        foreach (var gone in _runs.Where(run => !views.Any(view => IsOf(run, view))).ToList())
        {
            _runs.Remove(gone);
            _ending.Add(gone.Running);
            gone.End();
        }

        foreach (var view in views)
        {
            foreach (var sink in view.Sinks.Where(sink => !_runs.Exists(run => run.Kind == sink.Kind && IsOf(run, view))))
            {
                try
                {
                    _runs.Add(NewRun(view, sink));
                }
                catch (SinkException exception)
                {
                    // Its connection string was there when the view was made.
                    LogNotOpened(exception, key, view.Name, sink.Name);
                }
            }
        }
    }

    /// <summary>Rows have come.</summary>
    /// <returns>Whether something is due because of that which was not before.</returns>
    public bool Wake()
    {
        var isWoken = false;
        foreach (var run in _runs)
        {
            isWoken |= run.Wake(NowMs);
        }

        return isWoken;
    }

    /// <summary>Starts what is due.</summary>
    /// <param name="rowsOf">A view's rows; <see langword="null"/> when it is not made yet.</param>
    /// <param name="aside">Runs work beside the turn.</param>
    /// <param name="ended">Called in the turn when something that was due is done.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public void Start(Func<ViewDefinition, ISinkRows?> rowsOf, Func<Func<Task>, Task> aside, Action ended, CancellationToken cancellationToken)
    {
        // Whatever follows one that is no more must not read how far it was while it still writes.
        _ending.RemoveAll(static ending => ending.IsCompleted);
        foreach (var run in _ending.Count > 0 ? [] : _runs.Where(run => run.Running.IsCompleted && run.LookAtMs <= NowMs).ToList())
        {
            run.Running = RunAsync(run, rowsOf, aside, ended, cancellationToken);
        }
    }

    /// <summary>When something is due that is not under way; <see langword="null"/> for nothing.</summary>
    public TimeSpan? DueIn
    {
        get
        {
            var waiting = _runs.Where(run => run.Running.IsCompleted && run.LookAtMs < long.MaxValue).ToList();
            return waiting.Count == 0 ? null : _ending.Exists(static ending => !ending.IsCompleted) ? EndAgain : TimeSpan.FromMilliseconds(Math.Max(0, waiting.Min(run => run.LookAtMs) - NowMs));
        }
    }

    /// <summary>Completes when nothing is under way any more.</summary>
    public Task StopAsync() => Task.WhenAll(_runs.Select(run => run.Running).Concat(_ending));

    /// <summary>How far a view's sinks are.</summary>
    public ViewSinkState[] Describe(string view) => [.. _runs.Where(run => run.Definition.Name == view).OrderBy(run => run.Kind).Select(run => run.Describe())];

    /// <summary>Begin of the first window that some sink of a view has not written; <see langword="null"/> when none has been read.</summary>
    public long? NextMs(string view) => _runs.Where(run => run.Definition.Name == view).Min(run => run.NextMs);

    private static bool IsOf(SinkRun run, ViewDefinition view) =>
        run.Definition.Name == view.Name && run.Definition.SinceMs == view.SinceMs && RollupShape.DefinitionOf(run.Definition) == RollupShape.DefinitionOf(view)
        && view.Sinks.Any(sink => sink.Kind == run.Kind && IsSame(sink, run.Definition.Sinks.First(other => other.Kind == run.Kind)));

    private static bool IsSame(ViewSink one, ViewSink other) => one.Table == other.Table && one.Columns.SequenceEqual(other.Columns);

    private SinkRun NewRun(ViewDefinition view, ViewSink sink) => new(view, sink.Kind, open(view.Name, sink), services, random)
    {
        Failure = (exception, failures) =>
        {
            if (failures == 1)
            {
                LogFailed(exception, key, view.Name, sink.Name);
            }
        },
    };

    private async Task RunAsync(SinkRun run, Func<ViewDefinition, ISinkRows?> rowsOf, Func<Func<Task>, Task> aside, Action ended, CancellationToken cancellationToken)
    {
        if (rowsOf(run.Definition) is not { } rows)
        {
            // The view could not be made of the table; the next activation does.
            run.LookAtMs = long.MaxValue;
            return;
        }

        try
        {
            await run.StepAsync(rows, NowMs, aside, cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return;
        }

        run.Running = Task.CompletedTask;
        ended();
    }

    private long NowMs => time.GetUtcNow().ToUnixTimeMilliseconds();

    [LoggerMessage(EventId = 3060, Level = LogLevel.Warning, Message = "{Metric}, view {View}: its sink {Sink} could not be read or written; it is tried again until it can, and goes on where it was")]
    private partial void LogFailed(Exception exception, string metric, string view, string sink);

    [LoggerMessage(EventId = 3061, Level = LogLevel.Error, Message = "{Metric}, view {View}: nothing is written to its sink {Sink}, the rest of the view goes on")]
    private partial void LogNotOpened(Exception exception, string metric, string view, string sink);
}

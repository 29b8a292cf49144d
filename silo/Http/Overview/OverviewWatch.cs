using System.Diagnostics.CodeAnalysis;
using Analytics.Silo.Http.Watch;

namespace Analytics.Silo.Http.Overview;

/// <summary>Reads the server once a second as long as somebody watches it or one of its projects, for all of them together.</summary>
internal sealed partial class OverviewWatch(OverviewReader reader, HttpOptions options, TimeProvider time, ILogger<OverviewWatch> logger) : IFrameSource, IDisposable
{
    /// <summary>Between two readings. People read a number in a second; the metrics' own watches are faster.</summary>
    internal static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private readonly Lock _gate = new();
    private readonly Dictionary<string, ProjectWatch> _projects = new(StringComparer.Ordinal);
    private readonly OverviewFrames _frames = new();
    private volatile LatestFrame _latest = new(time);
    private bool _isRunning;
    private int _watchers;

    /// <summary>Watchers of the server and of projects.</summary>
    public int WatcherCount => Volatile.Read(ref _watchers);

    /// <inheritdoc />
    public (WatchFrame? Frame, long Heartbeats, Task Next) Latest => _latest.Latest;

    /// <summary>One watcher more; he gives it back with <see cref="Close"/>.</summary>
    /// <param name="project">The project he watches; <see langword="null"/> for the server.</param>
    /// <param name="source">What he watches.</param>
    /// <returns>Whether there is room for him.</returns>
    public bool TryOpen(string? project, [NotNullWhen(true)] out IFrameSource? source)
    {
        lock (_gate)
        {
            source = null;
            if (_watchers >= options.WatchersMax)
            {
                return false;
            }

            source = project is null ? this : Open(project);
            _watchers++;
            if (!_isRunning)
            {
                // What was read for others, who have left, is of another time.
                _latest.Dispose();
                _latest = new LatestFrame(time);
                _isRunning = true;
                _ = RunAsync();
            }

            return true;
        }
    }

    /// <summary>One watcher less; the last one ends the readings.</summary>
    public void Close(string? project)
    {
        lock (_gate)
        {
            if (project is not null && --_projects[project].Watchers == 0 && _projects.Remove(project, out var left))
            {
                left.Dispose();
            }

            _watchers--;
        }
    }

    /// <inheritdoc />
    public void Dispose() => _latest.Dispose();

    private ProjectWatch Open(string project)
    {
        if (!_projects.TryGetValue(project, out var watch))
        {
            _projects.Add(project, watch = new ProjectWatch(time));
        }

        watch.Watchers++;
        return watch;
    }

    private async Task RunAsync()
    {
        // Not in the lock of whoever opened it.
        await Task.Yield();
        while (IsWanted())
        {
            var begin = time.GetTimestamp();
            try
            {
                await ReadAsync();
            }
            catch (Exception exception)
            {
                // A part of the server is away: what was said last stays.
                LogUnread(logger, exception);
            }

            var left = Interval - time.GetElapsedTime(begin);
            await Task.Delay(left > TimeSpan.Zero ? left : TimeSpan.Zero, time);
        }
    }

    private bool IsWanted()
    {
        lock (_gate)
        {
            return _isRunning = _watchers > 0;
        }
    }

    private async Task ReadAsync()
    {
        KeyValuePair<string, ProjectWatch>[] watched;
        lock (_gate)
        {
            watched = [.. _projects];
        }

        var reading = await reader.ReadAsync([.. watched.Select(static pair => pair.Key)], CancellationToken.None);
        _latest.Publish(_frames.Make(reading));
        foreach (var (project, watch) in watched)
        {
            var own = Array.Find(reading.Projects, one => one.Project == project);
            watch.Publish(own with { Project = project, Metrics = reading.Watched[project].Length }, reading.Watched[project]);
        }
    }

    [LoggerMessage(EventId = 1222, Level = LogLevel.Warning, Message = "The server's overview could not be read; it is tried again in a second")]
    private static partial void LogUnread(ILogger logger, Exception exception);
}

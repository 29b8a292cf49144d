using System.Net.Sockets;
using System.Text.Json;
using System.Threading.Channels;

namespace Analytics.Client;

/// <summary>
/// Collects events and sends them in the background, in order, again and again until they are taken: each has an id, so a repeat is dropped by the server. Never throws
/// and never waits where events are tracked; what it had to refuse is counted. Safe to use from any thread.
/// </summary>
public sealed class EventTracker : IAsyncDisposable, IDisposable
{
    private readonly IEventSender _sender;
    private readonly TrackerOptions _options;
    private readonly TimeProvider _time;
    private readonly Channel<WaitingEvent> _channel = Channel.CreateUnbounded<WaitingEvent>(new UnboundedChannelOptions { SingleReader = true });
    private readonly CancellationTokenSource _stopping = new();
    private readonly Task _running;
    private volatile TaskCompletionSource _hurry = NewSignal();
    private volatile string? _lastError;
    private long _waitingEvents;
    private long _waitingBytes;
    private long _accepted;
    private long _rejected;
    private long _full;
    private long _invalid;
    private long _lost;
    private long _retries;
    private int _isDisposed;

    /// <summary>Begins to wait for events.</summary>
    /// <param name="sender">Takes them; stays the caller's.</param>
    /// <param name="options">Limits; defaults without them.</param>
    /// <param name="time">The clock; the system's without one.</param>
    /// <exception cref="ArgumentOutOfRangeException">A limit is out of range.</exception>
    public EventTracker(IEventSender sender, TrackerOptions? options = null, TimeProvider? time = null)
    {
        ArgumentNullException.ThrowIfNull(sender);
        _options = options ?? new TrackerOptions();
        _options.Check();
        _sender = sender;
        _time = time ?? TimeProvider.System;
        _running = Task.Run(RunAsync);
    }

    /// <summary>What became of the events so far.</summary>
    public TrackerCounts Counts => new(
        Interlocked.Read(ref _waitingEvents), Interlocked.Read(ref _accepted), Interlocked.Read(ref _rejected), Interlocked.Read(ref _full),
        Interlocked.Read(ref _invalid), Interlocked.Read(ref _lost), Interlocked.Read(ref _retries), _lastError);

    /// <summary>Takes an event to be sent. One without an id gets one, one without a time the present.</summary>
    /// <returns>Whether it will be sent; <see cref="Counts"/> tell why not.</returns>
    public bool Track(TrackedEvent tracked)
    {
        if (Volatile.Read(ref _isDisposed) != 0)
        {
            return Refuse(ref _invalid, "The tracker was disposed of.");
        }

        WaitingEvent waiting;
        try
        {
            waiting = WaitingEvent.Of(tracked, _time.GetUtcNow());
        }
        catch (Exception exception)
        {
            // Getters of the caller's fields may throw anything.
            return Refuse(ref _invalid, $"An event's fields are no JSON object: {exception.Message}");
        }

        if (!TryReserve(waiting.Bytes))
        {
            return Refuse(ref _full, "Too many events wait already.");
        }

        if (!_channel.Writer.TryWrite(waiting))
        {
            Release(waiting.Bytes);
            return Refuse(ref _invalid, "The tracker was disposed of.");
        }

        if (Interlocked.Read(ref _waitingEvents) >= _options.BatchEventsMax || Interlocked.Read(ref _waitingBytes) >= _options.BatchBytesMax)
        {
            _hurry.TrySetResult();
        }

        return true;
    }

    /// <summary>Completes when every event tracked before has been answered or given up.</summary>
    public async Task FlushAsync(CancellationToken cancellationToken = default)
    {
        var flushed = NewSignal();
        if (_channel.Writer.TryWrite(new WaitingEvent(null, 0, flushed)))
        {
            _hurry.TrySetResult();
            await flushed.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Sends what waits, for <see cref="TrackerOptions.DisposeMsMax"/> at most.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _isDisposed, 1) != 0)
        {
            await _running.ConfigureAwait(false);
            return;
        }

        _channel.Writer.Complete();
        _hurry.TrySetResult();
        using var given = new CancellationTokenSource();
        var deadline = Task.Delay(TimeSpan.FromMilliseconds(_options.DisposeMsMax), _time, given.Token);
        await Task.WhenAny(_running, deadline).ConfigureAwait(false);
        await given.CancelAsync().ConfigureAwait(false);
        await _stopping.CancelAsync().ConfigureAwait(false);
        await _running.ConfigureAwait(false);
        _stopping.Dispose();
    }

    /// <inheritdoc />
    public void Dispose() => DisposeAsync().AsTask().GetAwaiter().GetResult();

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private bool Refuse(ref long count, string reason)
    {
        Interlocked.Increment(ref count);
        _lastError = reason;
        return false;
    }

    private bool TryReserve(int bytes)
    {
        if (Interlocked.Increment(ref _waitingEvents) > _options.EventsMax)
        {
            Interlocked.Decrement(ref _waitingEvents);
            return false;
        }

        if (Interlocked.Add(ref _waitingBytes, bytes) <= _options.BytesMax)
        {
            return true;
        }

        Release(bytes);
        return false;
    }

    private void Release(int bytes)
    {
        Interlocked.Add(ref _waitingBytes, -bytes);
        Interlocked.Decrement(ref _waitingEvents);
    }

    private async Task RunAsync()
    {
        var batch = new List<WaitingEvent>();
        WaitingEvent? held = null;
        while (held is not null || await _channel.Reader.WaitToReadAsync().ConfigureAwait(false))
        {
            if (held is null)
            {
                await WaitForMoreAsync().ConfigureAwait(false);
            }

            held = TakeBatch(batch, held);
            await SendAsync(batch).ConfigureAwait(false);
            foreach (var waiting in batch)
            {
                waiting.Flushed?.TrySetResult();
            }

            batch.Clear();
        }
    }

    private async Task WaitForMoreAsync()
    {
        using var enough = new CancellationTokenSource();
        var pause = Task.Delay(TimeSpan.FromMilliseconds(_options.IntervalMs), _time, enough.Token);
        await Task.WhenAny(_hurry.Task, pause).ConfigureAwait(false);
        await enough.CancelAsync().ConfigureAwait(false);
        _hurry = NewSignal();
        if (Volatile.Read(ref _isDisposed) != 0)
        {
            _hurry.TrySetResult();
        }
    }

    /// <summary>Fills the batch. An event that fits no more is returned, and begins the next one.</summary>
    private WaitingEvent? TakeBatch(List<WaitingEvent> batch, WaitingEvent? held)
    {
        var bytes = 0;
        var events = 0;
        while (held is not null || _channel.Reader.TryRead(out held))
        {
            if (events > 0 && (events >= _options.BatchEventsMax || bytes + held.Bytes > _options.BatchBytesMax))
            {
                return held;
            }

            batch.Add(held);
            bytes += held.Bytes;
            events += held.Event is null ? 0 : 1;
            held = null;
        }

        return null;
    }

    private async Task SendAsync(List<WaitingEvent> batch)
    {
        var events = batch.Where(waiting => waiting.Event is not null).Select(waiting => waiting.Event!).ToArray();
        if (events.Length > 0)
        {
            await SendAsync(events).ConfigureAwait(false);
            Interlocked.Add(ref _waitingBytes, -batch.Sum(waiting => (long)waiting.Bytes));
        }
    }

    private async Task SendAsync(ArraySegment<TrackedEvent> events)
    {
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                var result = await _sender.TrackAsync(events, _stopping.Token).ConfigureAwait(false);
                Interlocked.Add(ref _accepted, result.Accepted);
                Interlocked.Add(ref _rejected, result.Rejected);
                _lastError = result.Errors.Count > 0 ? $"{result.Errors[0].Code}: {result.Errors[0].Message}" : _lastError;
                Interlocked.Add(ref _waitingEvents, -events.Count);
                return;
            }
            catch (AnalyticsException exception) when (exception.Status == 413 && events.Count > 1)
            {
                await SendAsync(events[..(events.Count / 2)]).ConfigureAwait(false);
                await SendAsync(events[(events.Count / 2)..]).ConfigureAwait(false);
                return;
            }
            catch (Exception exception)
            {
                _lastError = exception.Message;
                if (!IsWorthARetry(exception) || !await PauseAsync(attempt, (exception as AnalyticsException)?.RetryAfter).ConfigureAwait(false))
                {
                    Interlocked.Add(ref _lost, events.Count);
                    Interlocked.Add(ref _waitingEvents, -events.Count);
                    return;
                }

                Interlocked.Increment(ref _retries);
            }
        }
    }

    private bool IsWorthARetry(Exception exception) => !_stopping.IsCancellationRequested && exception switch
    {
        AnalyticsException refusal => refusal.IsTransient || refusal.Status is 408 or >= 500,
        HttpRequestException or IOException or SocketException or OperationCanceledException or JsonException => true,
        _ => false,
    };

    private async Task<bool> PauseAsync(int attempt, TimeSpan? asked)
    {
        var pauseMs = Math.Min((double)_options.RetryMs * (1L << Math.Min(attempt, 30)), _options.RetryMsMax);
        pauseMs = Math.Min(Math.Max(pauseMs, asked?.TotalMilliseconds ?? 0), _options.RetryMsMax);

        // A little apart from all the other clients of a server that comes back.
        pauseMs *= 0.75 + (Random.Shared.NextDouble() / 4);
        await Task.Delay(TimeSpan.FromMilliseconds(pauseMs), _time, _stopping.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return !_stopping.IsCancellationRequested;
    }
}

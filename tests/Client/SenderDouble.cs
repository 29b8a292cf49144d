using System.Collections.Concurrent;
using Analytics.Client;

namespace Analytics.Tests.Client;

/// <summary>Takes events, or fails as it is told. Beside the tests with a real server.</summary>
internal sealed class SenderDouble : IEventSender
{
    /// <summary>Requests so far, failed ones included.</summary>
    public ConcurrentQueue<TrackedEvent[]> Requests { get; } = new();

    /// <summary>What the next requests do, in order; then they are taken.</summary>
    public ConcurrentQueue<Func<TrackedEvent[], CancellationToken, Task<TrackResult>>> Answers { get; } = new();

    /// <summary>Ids of the events that were taken, in order.</summary>
    public ConcurrentQueue<string> Taken { get; } = new();

    /// <inheritdoc />
    public async Task<TrackResult> TrackAsync(IEnumerable<TrackedEvent> events, CancellationToken cancellationToken = default)
    {
        var all = events.ToArray();
        Requests.Enqueue(all);
        if (Answers.TryDequeue(out var answer))
        {
            return await answer(all, cancellationToken);
        }

        foreach (var one in all)
        {
            Taken.Enqueue(one.Id!);
        }

        return new TrackResult(all.Length, 0, []);
    }

    /// <summary>The next request fails.</summary>
    public void Fail(Exception exception) => Answers.Enqueue((_, _) => Task.FromException<TrackResult>(exception));

    /// <summary>The next request is not answered before it is given up.</summary>
    public void Hang() => Answers.Enqueue(static async (_, cancelled) =>
    {
        await Task.Delay(Timeout.Infinite, cancelled);
        return new TrackResult(0, 0, []);
    });
}

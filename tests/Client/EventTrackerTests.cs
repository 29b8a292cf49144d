// Goal: tracking in the background never throws or waits, sends in order, repeats with the same ids, refuses beyond its limits, and accounts for every event.
using System.Text.Json;
using Analytics.Client;
using Xunit;

namespace Analytics.Tests.Client;

public sealed class EventTrackerTests
{
    private static readonly TrackerOptions Quick = new() { IntervalMs = 0, RetryMs = 1, RetryMsMax = 2 };

    private readonly SenderDouble _sender = new();

    [Fact]
    public async Task Events_are_sent_together_in_order_with_ids_and_times()
    {
        await using var tracker = new EventTracker(_sender, new TrackerOptions { IntervalMs = 60_000 });
        var before = DateTimeOffset.UtcNow;
        for (var i = 0; i < 100; i++)
        {
            Assert.True(tracker.Track(Event(i) with { Id = i % 2 == 0 ? $"own-{i}" : null }));
        }

        await tracker.FlushAsync().WithinDeadline();
        var request = Assert.Single(_sender.Requests);
        Assert.Equal(Enumerable.Range(0, 100), request.Select(Number));
        Assert.Equal("own-98", request[98].Id);
        Assert.Equal(100, request.Select(one => one.Id).Distinct().Count());
        Assert.All(request, one => Assert.InRange(one.Time!.Value, before, DateTimeOffset.UtcNow));
        Assert.Equal((0, 100, 0, 0), (tracker.Counts.Waiting, tracker.Counts.Accepted, tracker.Counts.Refused, tracker.Counts.Retries));
    }

    [Fact]
    public async Task Fields_are_taken_as_they_are_when_they_are_tracked()
    {
        await using var tracker = new EventTracker(_sender, new TrackerOptions { IntervalMs = 60_000 });
        var fields = new Dictionary<string, object> { ["n"] = 1 };
        tracker.Track(new TrackedEvent("shop", "m", fields));
        fields["n"] = 2;
        await tracker.FlushAsync().WithinDeadline();
        Assert.Equal(1, Number(_sender.Requests.Single()[0]));
    }

    [Fact]
    public async Task A_request_that_fails_for_now_is_repeated_with_the_same_ids_and_nothing_overtakes_it()
    {
        _sender.Fail(new HttpRequestException("away"));
        _sender.Fail(new AnalyticsException(503, "log_full", "full", TimeSpan.FromHours(1)));
        _sender.Fail(new AnalyticsException(429, "too_many_bodies", "busy", null));
        _sender.Fail(new AnalyticsException(502, "http_502", "a proxy", null));
        await using var tracker = new EventTracker(_sender, Quick with { BatchEventsMax = 10 });
        for (var i = 0; i < 30; i++)
        {
            tracker.Track(Event(i));
        }

        await tracker.FlushAsync().WithinDeadline();
        var requests = _sender.Requests.ToArray();
        Assert.All(requests[..5], request => Assert.Equal(requests[0].Select(one => one.Id), request.Select(one => one.Id)));
        Assert.Equal(Enumerable.Range(0, 30), requests[4..].SelectMany(request => request).Select(Number));
        Assert.Equal((30, 4), (tracker.Counts.Accepted, tracker.Counts.Retries));
        Assert.Equal("a proxy", tracker.Counts.LastError);
    }

    [Fact]
    public async Task A_request_that_is_refused_for_good_is_lost_and_counted_and_the_next_one_goes()
    {
        _sender.Fail(new AnalyticsException(400, "body_empty", "wrong", null));
        await using var tracker = new EventTracker(_sender, Quick with { BatchEventsMax = 2 });
        tracker.Track(Event(0));
        await tracker.FlushAsync().WithinDeadline();
        tracker.Track(Event(1));
        await tracker.FlushAsync().WithinDeadline();
        Assert.Equal((1, 1, 0, "wrong"), (tracker.Counts.Accepted, tracker.Counts.Lost, tracker.Counts.Waiting, tracker.Counts.LastError));
    }

    [Fact]
    public async Task A_request_that_is_too_large_is_halved_until_it_fits()
    {
        for (var i = 0; i < 3; i++)
        {
            _sender.Answers.Enqueue((events, _) => events.Length > 2 || events.Any(one => Number(one) == 3)
                ? Task.FromException<TrackResult>(new AnalyticsException(413, "body_too_large", "large", null))
                : Task.FromResult(new TrackResult(events.Length, 0, [])));
        }

        await using var tracker = new EventTracker(_sender, Quick with { IntervalMs = 60_000 });
        for (var i = 0; i < 4; i++)
        {
            tracker.Track(Event(i));
        }

        await tracker.FlushAsync().WithinDeadline();
        Assert.Equal([4, 2, 2, 1, 1], _sender.Requests.Select(request => request.Length));
        Assert.Equal((4, 0), (tracker.Counts.Accepted, tracker.Counts.Lost));
    }

    [Theory]
    [InlineData(5, long.MaxValue)]
    [InlineData(int.MaxValue, 5 * 207)]
    public async Task Beyond_a_limit_events_are_refused_and_after_it_taken_again(int eventsMax, long bytesMax)
    {
        var release = new TaskCompletionSource();
        _sender.Answers.Enqueue(async (events, _) =>
        {
            await release.Task;
            return new TrackResult(events.Length, 0, []);
        });
        await using var tracker = new EventTracker(_sender, Quick with { EventsMax = eventsMax, BytesMax = bytesMax });
        var taken = Enumerable.Range(0, 7).Select(i => tracker.Track(Event(i))).ToArray();
        Assert.Equal([true, true, true, true, true, false, false], taken);
        Assert.Equal((2, 2), (tracker.Counts.Full, tracker.Counts.Refused));
        release.SetResult();
        await tracker.FlushAsync().WithinDeadline();
        Assert.True(tracker.Track(Event(7)));
        await tracker.FlushAsync().WithinDeadline();
        Assert.Equal((6, 2, 0), (tracker.Counts.Accepted, tracker.Counts.Full, tracker.Counts.Waiting));
    }

    [Fact]
    public async Task What_is_no_event_is_refused_without_an_exception()
    {
        var tracker = new EventTracker(_sender, Quick);
        object[] wrong = [1, "text", new[] { 1 }, new Throwing(), null!];
        Assert.All(wrong, fields => Assert.False(tracker.Track(new TrackedEvent("shop", "m", fields))));
        Assert.False(tracker.Track(new TrackedEvent("", "m", new { })));
        Assert.False(tracker.Track(new TrackedEvent("shop", null!, new { })));
        Assert.False(tracker.Track(null!));
        await tracker.DisposeAsync();
        Assert.False(tracker.Track(Event(0)));
        Assert.Equal((9, 9, 0), (tracker.Counts.Invalid, tracker.Counts.Refused, tracker.Counts.Accepted));
        Assert.Empty(_sender.Requests);
        await tracker.FlushAsync().WithinDeadline();
        await tracker.DisposeAsync();
    }

    [Fact]
    public async Task Disposing_sends_what_waits()
    {
        var tracker = new EventTracker(_sender, new TrackerOptions { IntervalMs = 60_000, BatchEventsMax = 10 });
        for (var i = 0; i < 9; i++)
        {
            tracker.Track(Event(i));
        }

        await tracker.DisposeAsync().AsTask().WithinDeadline();
        Assert.Equal(9, tracker.Counts.Accepted);
    }

    [Fact]
    public async Task Disposing_gives_up_after_its_time_and_says_what_was_lost()
    {
        _sender.Hang();
        var tracker = new EventTracker(_sender, Quick with { DisposeMsMax = 50, BatchEventsMax = 3 });
        for (var i = 0; i < 5; i++)
        {
            tracker.Track(Event(i));
        }

        await Eventually.TrueAsync(() => !_sender.Requests.IsEmpty, "a request");
        await tracker.DisposeAsync().AsTask().WithinDeadline();
        Assert.Equal(5, tracker.Counts.Lost + tracker.Counts.Accepted);
        Assert.InRange(tracker.Counts.Lost, 1, 5);
        Assert.Equal(0, tracker.Counts.Waiting);
    }

    [Fact]
    public async Task Many_threads_track_and_every_event_is_in_exactly_one_count()
    {
        var tracker = new EventTracker(_sender, Quick with { EventsMax = 500, BatchEventsMax = 50 });
        await Task.WhenAll(Enumerable.Range(0, 8).Select(thread => Task.Run(() =>
        {
            for (var i = 0; i < 2000; i++)
            {
                tracker.Track(Event(i) with { Id = $"{thread}-{i}" });
            }
        })));
        await tracker.DisposeAsync();
        var counts = tracker.Counts;
        Assert.Equal(16_000, counts.Accepted + counts.Full);
        Assert.Equal(counts.Accepted, _sender.Taken.Distinct().Count());
    }

    [Theory]
    [InlineData(0, 1, 100)]
    [InlineData(1, 0, 100)]
    [InlineData(1, 1, 60_001)]
    public void Limits_out_of_range_are_named(int eventsMax, int batchEventsMax, int intervalMs) => Assert.Throws<ArgumentOutOfRangeException>(
        () => new EventTracker(_sender, new TrackerOptions { EventsMax = eventsMax, BatchEventsMax = batchEventsMax, IntervalMs = intervalMs }));

    private static TrackedEvent Event(int n) => new("shop", "m", new { n });

    private static int Number(TrackedEvent one) => JsonSerializer.Deserialize<JsonElement>(((RawFields)one.Fields).Json.Span).GetProperty("n").GetInt32();

    private sealed class Throwing
    {
        private readonly int _one = 1;

        public int N => 1 / (_one - 1);
    }
}

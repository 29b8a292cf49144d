// Goal: a grain method that returns an asynchronous enumerable runs in the grain's turns between other calls, and ends when its caller does.
using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Analytics.Tests.OrleansEmbedded.Support;
using Orleans;
using Orleans.Runtime;
using Xunit;

namespace Analytics.Tests.OrleansEmbedded;

public sealed class AsyncEnumerableTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(1_000)]
    public async Task All_elements_arrive_in_order_whatever_the_batch_size(int batchMax)
    {
        await using var silo = await TestSilo.StartAsync();

        Assert.Equal(Enumerable.Range(0, 100), await silo.Grains.GetGrain<IFeedGrain>("a").CountAsync(100).WithBatchSize(batchMax).ToArrayAsync().AsTask().WithinDeadline());
        Assert.Empty(await silo.Grains.GetGrain<IFeedGrain>("a").CountAsync(0).WithBatchSize(batchMax).ToArrayAsync().AsTask().WithinDeadline());
    }

    [Fact]
    public async Task Elements_arrive_as_they_come_while_other_calls_run()
    {
        await using var silo = await TestSilo.StartAsync();
        var grain = silo.Grains.GetGrain<IFeedGrain>("a");
        await using var watch = grain.WatchAsync().GetAsyncEnumerator();

        for (var value = 0; value < 5; value++)
        {
            var next = watch.MoveNextAsync();
            Assert.False(next.IsCompleted);
            await grain.PublishAsync(value).WithinDeadline();
            Assert.True(await next.AsTask().WithinDeadline());
            Assert.Equal(value, watch.Current);
        }
    }

    [Fact]
    public async Task The_method_runs_under_the_grains_scheduler_also_after_awaits()
    {
        await using var silo = await TestSilo.StartAsync();

        Assert.All(await silo.Grains.GetGrain<IFeedGrain>("a").AtHomeAsync(20).WithBatchSize(1).ToArrayAsync().AsTask().WithinDeadline(), Assert.True);
    }

    [Fact]
    public async Task Disposing_ends_the_method()
    {
        await using var silo = await TestSilo.StartAsync();
        var grain = silo.Grains.GetGrain<IFeedGrain>("a");
        await grain.PublishAsync(1).WithinDeadline();

        await foreach (var value in grain.WatchAsync())
        {
            Assert.Equal(1, value);
            break;
        }

        await silo.Probe.SeenAsync("watch ended");
    }

    [Fact]
    public async Task Cancelling_ends_the_callers_wait_and_the_method()
    {
        await using var silo = await TestSilo.StartAsync();
        using var source = new CancellationTokenSource();
        var watching = silo.Grains.GetGrain<IFeedGrain>("a").WatchAsync(source.Token).ToArrayAsync(CancellationToken.None).AsTask();
        await silo.Probe.SeenAsync("watch began");

        await source.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => watching.WithinDeadline());
        await silo.Probe.SeenAsync("watch ended");
    }

    [Fact]
    public async Task A_token_given_with_WithCancellation_ends_it_too()
    {
        await using var silo = await TestSilo.StartAsync();
        using var source = new CancellationTokenSource();
        var watching = silo.Grains.GetGrain<IFeedGrain>("a").WatchAsync().ToArrayAsync(source.Token).AsTask();
        await silo.Probe.SeenAsync("watch began");

        await source.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => watching.WithinDeadline());
        await silo.Probe.SeenAsync("watch ended");
    }

    [Fact]
    public async Task A_wait_longer_than_the_response_timeout_goes_on()
    {
        var time = new ManualTime();
        await using var silo = await TestSilo.StartAsync(time: time);
        var grain = silo.Grains.GetGrain<IFeedGrain>("a");
        await using var watch = grain.WatchAsync().GetAsyncEnumerator();
        var next = watch.MoveNextAsync();
        await silo.Probe.SeenAsync("watch began");

        for (var heartbeat = 0; heartbeat < 10; heartbeat++)
        {
            // The next step of the enumeration waits on a timer of its own.
            var timers = time.TimersCreated;
            var polls = 0;
            await Eventually.TrueAsync(
                () =>
                {
                    // Once, and again where the step had not begun its wait when the clock moved.
                    if (polls++ % 100 == 0)
                    {
                        time.Advance(TimeSpan.FromSeconds(16));
                    }

                    return time.TimersCreated > timers;
                },
                $"heartbeat {heartbeat}");
        }

        Assert.False(next.IsCompleted);

        await grain.PublishAsync(3).WithinDeadline();
        Assert.True(await next.AsTask().WithinDeadline());
    }

    [Fact]
    public async Task An_enumeration_that_nobody_asks_any_more_is_ended()
    {
        var time = new ManualTime();
        await using var silo = await TestSilo.StartAsync(time: time);
        var grain = silo.Grains.GetGrain<IFeedGrain>("a");
        await grain.PublishAsync(1).WithinDeadline();
        var watch = grain.WatchAsync().GetAsyncEnumerator();
        Assert.True(await watch.MoveNextAsync().AsTask().WithinDeadline());

        for (var period = 0; period < 3; period++)
        {
            // Another call, so that the activation is in use and only the enumeration is not.
            time.Advance(TimeSpan.FromSeconds(31));
            await grain.PublishAsync(period).WithinDeadline();
        }

        await silo.Probe.SeenAsync("watch ended");

        await Assert.ThrowsAsync<EnumerationAbortedException>(() => watch.MoveNextAsync().AsTask().WithinDeadline());
    }

    [Fact]
    public async Task Deactivation_ends_enumerations_without_waiting_for_their_next_element()
    {
        // The clock stands still, so that no heartbeat ends the wait.
        await using var silo = await TestSilo.StartAsync(time: new ManualTime());
        var grain = silo.Grains.GetGrain<IFeedGrain>("a");
        var watching = grain.WatchAsync().ToArrayAsync().AsTask();
        await silo.Probe.SeenAsync("watch began");

        await grain.DeactivateAsync().WithinDeadline();

        await Assert.ThrowsAsync<EnumerationAbortedException>(() => watching.WithinDeadline());
        await silo.Probe.SeenAsync("watch ended");
    }

    [Fact]
    public async Task An_exception_of_the_method_reaches_the_caller_after_the_elements_before_it()
    {
        await using var silo = await TestSilo.StartAsync();
        var seen = new List<int>();

        await Assert.ThrowsAsync<InvalidTimeZoneException>(async () =>
        {
            await foreach (var value in silo.Grains.GetGrain<IFeedGrain>("a").FailAfterAsync(3).WithBatchSize(1))
            {
                seen.Add(value);
            }
        });

        Assert.Equal([0, 1, 2], seen);
    }

    [Fact]
    public async Task Each_enumeration_calls_the_method_anew()
    {
        await using var silo = await TestSilo.StartAsync();
        var numbers = silo.Grains.GetGrain<IFeedGrain>("a").CountAsync(3);

        var first = await numbers.ToArrayAsync().AsTask().WithinDeadline();
        var second = await numbers.ToArrayAsync().AsTask().WithinDeadline();
        Assert.Equal([0, 1, 2], first);
        Assert.Equal([0, 1, 2], second);
    }

    internal interface IFeedGrain : IGrainWithStringKey
    {
        IAsyncEnumerable<int> CountAsync(int count);

        IAsyncEnumerable<int> FailAfterAsync(int count);

        IAsyncEnumerable<bool> AtHomeAsync(int count);

        IAsyncEnumerable<int> WatchAsync(CancellationToken token = default);

        Task PublishAsync(int value);

        Task DeactivateAsync();
    }

    internal sealed class FeedGrain(Probe probe) : Grain, IFeedGrain
    {
        private readonly Channel<int> _values = Channel.CreateUnbounded<int>();

        public async IAsyncEnumerable<int> CountAsync(int count)
        {
            for (var i = 0; i < count; i++)
            {
                if (i % 3 == 0)
                {
                    await Task.Yield();
                }

                yield return i;
            }
        }

        public async IAsyncEnumerable<int> FailAfterAsync(int count)
        {
            for (var i = 0; i < count; i++)
            {
                yield return i;
            }

            await Task.Yield();
            throw new InvalidTimeZoneException();
        }

        public async IAsyncEnumerable<bool> AtHomeAsync(int count)
        {
            var home = ((Activation)GrainContext).Scheduler;
            for (var i = 0; i < count; i++)
            {
                yield return TaskScheduler.Current == home;
                await Task.Run(() => { });
                yield return TaskScheduler.Current == home;
            }
        }

        public async IAsyncEnumerable<int> WatchAsync([EnumeratorCancellation] CancellationToken token)
        {
            try
            {
                probe.Note("watch began");
                await foreach (var value in _values.Reader.ReadAllAsync(token))
                {
                    yield return value;
                }
            }
            finally
            {
                probe.Note("watch ended");
            }
        }

        public Task PublishAsync(int value) => _values.Writer.WriteAsync(value).AsTask();

        public Task DeactivateAsync()
        {
            DeactivateOnIdle();
            return Task.CompletedTask;
        }
    }
}

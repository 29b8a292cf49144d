// Goal: grains reach objects outside of them through references, in order, until the reference or the object is gone.
using System.Runtime.CompilerServices;
using Analytics.Tests.OrleansEmbedded.Support;
using Microsoft.Extensions.Logging.Abstractions;
using Orleans;
using Orleans.Runtime;
using Orleans.Utilities;
using Xunit;

namespace Analytics.Tests.OrleansEmbedded;

public sealed class ObserverTests
{
    [Fact]
    public async Task Notifications_reach_the_object_in_order_one_at_a_time()
    {
        await using var silo = await TestSilo.StartAsync();
        var watcher = new Watcher();
        var grain = silo.Grains.GetGrain<INewsGrain>("a");
        await grain.SubscribeAsync(silo.Grains.CreateObjectReference<IWatcher>(watcher)).WithinDeadline();

        for (var value = 0; value < 100; value++)
        {
            await grain.TellAsync(value).WithinDeadline();
        }

        await Eventually.TrueAsync(() => watcher.Count == 100, "all notifications");
        Assert.Equal(Enumerable.Range(0, 100), watcher.Values);
        Assert.Equal(1, watcher.MostAtOnce);
    }

    [Fact]
    public async Task A_method_with_a_result_brings_it_to_the_grain()
    {
        await using var silo = await TestSilo.StartAsync();
        var watcher = new Watcher();
        var reference = silo.Grains.CreateObjectReference<IWatcher>(watcher);

        Assert.Equal(12, await silo.Grains.GetGrain<INewsGrain>("a").AskAsync(reference, 6).WithinDeadline());
        await Assert.ThrowsAsync<InvalidTimeZoneException>(() => silo.Grains.GetGrain<INewsGrain>("a").AskAsync(reference, -1).WithinDeadline());
        GC.KeepAlive(watcher);
    }

    [Fact]
    public async Task A_call_to_an_object_waits_until_the_one_before_has_ended()
    {
        await using var silo = await TestSilo.StartAsync();
        var watcher = new Watcher { Gate = new TaskCompletionSource() };
        var reference = silo.Grains.CreateObjectReference<IWatcher>(watcher);
        var first = silo.Grains.GetGrain<INewsGrain>("a").AskAsync(reference, 1);
        await Eventually.TrueAsync(() => watcher.Asked == 1, "the first call");

        var second = reference.DoubleAsync(2);
        for (var i = 0; i < 100; i++)
        {
            // Time in which the second call would have come, if it could.
            await silo.Grains.GetGrain<INewsGrain>("b").SubscribeAsync(reference).WithinDeadline();
        }

        Assert.Equal(1, watcher.Asked);
        watcher.Gate.SetResult();
        var doubled = await Task.WhenAll(first, second).WithinDeadline();
        Assert.Equal([2, 4], doubled);
        Assert.Equal(1, watcher.MostAtOnce);
    }

    [Fact]
    public async Task Subscribing_again_renews_and_unsubscribing_ends()
    {
        await using var silo = await TestSilo.StartAsync();
        var watcher = new Watcher();
        var grain = silo.Grains.GetGrain<INewsGrain>("a");
        var reference = silo.Grains.CreateObjectReference<IWatcher>(watcher);

        await grain.SubscribeAsync(reference).WithinDeadline();
        Assert.Equal(1, await grain.SubscribeAsync(reference).WithinDeadline());
        Assert.Equal(0, await grain.UnsubscribeAsync(reference).WithinDeadline());
        GC.KeepAlive(watcher);
    }

    [Fact]
    public async Task A_deleted_reference_fails_its_callers()
    {
        await using var silo = await TestSilo.StartAsync();
        var watcher = new Watcher();
        var reference = silo.Grains.CreateObjectReference<IWatcher>(watcher);

        silo.Grains.DeleteObjectReference<IWatcher>(reference);

        await Assert.ThrowsAsync<ClientNotAvailableException>(() => silo.Grains.GetGrain<INewsGrain>("a").AskAsync(reference, 1).WithinDeadline());
        GC.KeepAlive(watcher);
    }

    [Fact]
    public async Task An_object_that_nobody_keeps_is_not_kept_by_its_reference()
    {
        await using var silo = await TestSilo.StartAsync();
        var reference = ReferenceToForgotten(silo);

        GC.Collect();
        GC.WaitForPendingFinalizers();

        await Assert.ThrowsAsync<ClientNotAvailableException>(() => silo.Grains.GetGrain<INewsGrain>("a").AskAsync(reference, 1).WithinDeadline());
    }

    [Fact]
    public async Task Only_objects_that_implement_the_interface_can_be_observers()
    {
        await using var silo = await TestSilo.StartAsync();
        var watcher = new Watcher();
        var reference = silo.Grains.CreateObjectReference<IWatcher>(watcher);

        Assert.Throws<ArgumentException>(() => silo.Grains.CreateObjectReference<IWatcher>(reference));
        Assert.Throws<ArgumentException>(() => silo.Grains.CreateObjectReference<IWatcher>(new OtherObserver()));
        Assert.Throws<ArgumentException>(() => silo.Grains.DeleteObjectReference<IWatcher>(watcher));
    }

    [Fact]
    public void Expired_and_throwing_observers_are_removed()
    {
        var now = new DateTime(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc);
        var manager = new ObserverManager<string, string>(TimeSpan.FromMinutes(1), NullLogger.Instance) { GetDateTime = () => now };
        manager.Subscribe("old", "old");
        now += TimeSpan.FromSeconds(50);
        manager.Subscribe("bad", "bad");
        manager.Subscribe("good", "good");
        now += TimeSpan.FromSeconds(20);
        var told = new List<string>();

        manager.Notify(observer =>
        {
            told.Add(observer);
            if (observer == "bad")
            {
                throw new InvalidTimeZoneException();
            }
        });

        Assert.Equal(["bad", "good"], told.Order());
        Assert.Equal(["good"], manager.Observers.Keys);
        now += TimeSpan.FromMinutes(2);
        manager.ClearExpired();
        Assert.Equal(0, manager.Count);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static IWatcher ReferenceToForgotten(TestSilo silo) => silo.Grains.CreateObjectReference<IWatcher>(new Watcher());

    internal interface IWatcher : IGrainObserver
    {
        void Hear(int value);

        Task<int> DoubleAsync(int value);
    }

    internal interface INewsGrain : IGrainWithStringKey
    {
        Task<int> SubscribeAsync(IWatcher watcher);

        Task<int> UnsubscribeAsync(IWatcher watcher);

        Task TellAsync(int value);

        Task<int> AskAsync(IWatcher watcher, int value);
    }

    internal sealed class NewsGrain : Grain, INewsGrain
    {
        private readonly ObserverManager<IWatcher> _watchers = new(TimeSpan.FromMinutes(5), NullLogger.Instance);

        public Task<int> SubscribeAsync(IWatcher watcher)
        {
            _watchers.Subscribe(watcher, watcher);
            return Task.FromResult(_watchers.Count);
        }

        public Task<int> UnsubscribeAsync(IWatcher watcher)
        {
            _watchers.Unsubscribe(watcher);
            return Task.FromResult(_watchers.Count);
        }

        public Task TellAsync(int value)
        {
            _watchers.Notify(watcher => watcher.Hear(value));
            return Task.CompletedTask;
        }

        public Task<int> AskAsync(IWatcher watcher, int value) => watcher.DoubleAsync(value);
    }

    private sealed class OtherObserver : IGrainObserver;

    private sealed class Watcher : IWatcher
    {
        private readonly List<int> _values = [];
        private int _atOnce;

        public int Count { get; private set; }

        public int MostAtOnce { get; private set; }

        public IReadOnlyList<int> Values => _values;

        public void Hear(int value)
        {
            MostAtOnce = Math.Max(MostAtOnce, Interlocked.Increment(ref _atOnce));
            Thread.SpinWait(100);
            _values.Add(value);
            Interlocked.Decrement(ref _atOnce);
            Count++;
        }

        public TaskCompletionSource? Gate { get; init; }

        public int Asked { get; private set; }

        public async Task<int> DoubleAsync(int value)
        {
            Asked++;
            MostAtOnce = Math.Max(MostAtOnce, Interlocked.Increment(ref _atOnce));
            await (Gate?.Task ?? Task.CompletedTask);
            await Task.Yield();
            Interlocked.Decrement(ref _atOnce);
            return value < 0 ? throw new InvalidTimeZoneException() : value * 2;
        }
    }
}

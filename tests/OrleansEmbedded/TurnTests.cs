// Goal: an activation runs one call at a time, awaits included, and everything a call starts runs in the activation's turns.
using Analytics.Tests.OrleansEmbedded.Support;
using Orleans;
using Orleans.Configuration;
using Orleans.Hosting;
using Xunit;

namespace Analytics.Tests.OrleansEmbedded;

public sealed class TurnTests
{
    [Fact]
    public async Task A_second_call_waits_until_the_first_has_ended()
    {
        await using var silo = await TestSilo.StartAsync();
        var grain = silo.Grains.GetGrain<ITurnGrain>("a");

        var first = grain.PassAsync("gate");
        await silo.Probe.SeenAsync("at gate");
        var second = grain.EchoAsync(2);
        var other = await silo.Grains.GetGrain<ITurnGrain>("b").EchoAsync(3).WithinDeadline();

        Assert.Equal(3, other);
        Assert.False(second.IsCompleted);
        silo.Probe.Open("gate");
        await first.WithinDeadline();
        Assert.Equal(2, await second.WithinDeadline());
    }

    [Fact]
    public async Task Calls_of_one_caller_run_in_the_order_they_were_sent()
    {
        await using var silo = await TestSilo.StartAsync();
        var grain = silo.Grains.GetGrain<ITurnGrain>("a");

        await Task.WhenAll(Enumerable.Range(0, 1_000).Select(grain.AppendAsync)).WithinDeadline();

        Assert.Equal(Enumerable.Range(0, 1_000), await grain.AppendedAsync());
    }

    [Fact]
    public async Task Continuations_and_tasks_of_a_grain_never_run_at_the_same_time()
    {
        await using var silo = await TestSilo.StartAsync();
        var grain = silo.Grains.GetGrain<ITurnGrain>("a");

        Assert.Equal(1, await grain.MostAtOnceAsync(tasks: 50, steps: 20).WithinDeadline());
    }

    [Fact]
    public async Task Code_of_a_grain_runs_under_its_scheduler_before_and_after_an_await()
    {
        await using var silo = await TestSilo.StartAsync();

        Assert.True(await silo.Grains.GetGrain<ITurnGrain>("a").IsAlwaysAtHomeAsync().WithinDeadline());
    }

    [Fact]
    public async Task The_execution_context_of_a_caller_does_not_reach_the_grain()
    {
        await using var silo = await TestSilo.StartAsync();
        TurnGrain.Ambient.Value = "caller's";

        Assert.Null(await silo.Grains.GetGrain<ITurnGrain>("a").AmbientAsync().WithinDeadline());
        Assert.Equal("caller's", TurnGrain.Ambient.Value);
    }

    [Fact]
    public async Task A_caller_outside_of_grains_continues_on_the_thread_pool()
    {
        await using var silo = await TestSilo.StartAsync();

        await silo.Grains.GetGrain<ITurnGrain>("a").EchoAsync(1).ConfigureAwait(true);

        Assert.Same(TaskScheduler.Default, TaskScheduler.Current);
        Assert.True(Thread.CurrentThread.IsThreadPoolThread);
    }

    [Fact]
    public async Task A_caller_that_blocks_when_its_call_ends_does_not_block_the_grain()
    {
        await using var silo = await TestSilo.StartAsync();
        var grain = silo.Grains.GetGrain<ITurnGrain>("a");
        var call = grain.PassAsync("gate");
        var blocking = call.ContinueWith(
            _ => grain.EchoAsync(2).Wait(TimeSpan.FromSeconds(5)),
            CancellationToken.None,
            TaskContinuationOptions.ExecuteSynchronously,
            TaskScheduler.Default);
        await silo.Probe.SeenAsync("at gate");

        silo.Probe.Open("gate");

        Assert.True(await blocking.WithinDeadline());
    }

    [Fact]
    public async Task Callers_that_never_pause_leave_room_for_each_other()
    {
        const int Callers = 100;
        await using var silo = await TestSilo.StartAsync();
        var calls = new long[Callers];
        using var stop = new CancellationTokenSource();

        var callers = Enumerable.Range(0, Callers).Select(caller => Task.Run(async () =>
        {
            var grain = silo.Grains.GetGrain<ITurnGrain>($"{caller}");
            while (!stop.IsCancellationRequested)
            {
                await grain.EchoAsync(caller);
                Interlocked.Increment(ref calls[caller]);
            }
        })).ToArray();

        // Starved callers show once the others have settled: all must still get on after many calls.
        for (var round = 1; round <= 5; round++)
        {
            await Eventually.TrueAsync(() => calls.Sum() >= round * 200_000, () => $"calls: {calls.Sum()}");
            var before = calls.ToArray();
            await Eventually.TrueAsync(
                () => calls.Zip(before).All(pair => pair.First > pair.Second + 10),
                () => $"starved: {calls.Zip(before).Count(pair => pair.First <= pair.Second + 10)}");
        }

        await stop.CancelAsync();
        await Task.WhenAll(callers).WithinDeadline();
    }

    [Fact]
    public async Task Two_grains_that_call_each_other_end_in_a_timeout()
    {
        await using var silo = await TestSilo.StartAsync(s => s.Configure<SiloMessagingOptions>(o => o.ResponseTimeout = TimeSpan.FromMilliseconds(200)));

        await Assert.ThrowsAsync<TimeoutException>(() => silo.Grains.GetGrain<ITurnGrain>("a").CallBackAsync("b", depth: 2).WithinDeadline());

        Assert.Equal(7, await silo.Grains.GetGrain<ITurnGrain>("a").EchoAsync(7).WithinDeadline());
    }

    internal interface ITurnGrain : IGrainWithStringKey
    {
        Task<int> EchoAsync(int value);

        Task PassAsync(string gate);

        Task AppendAsync(int value);

        Task<int[]> AppendedAsync();

        Task<int> MostAtOnceAsync(int tasks, int steps);

        Task<bool> IsAlwaysAtHomeAsync();

        Task<string?> AmbientAsync();

        Task CallBackAsync(string other, int depth);
    }

    internal sealed class TurnGrain(Probe probe) : Grain, ITurnGrain
    {
        public static readonly AsyncLocal<string?> Ambient = new();

        private readonly List<int> _appended = [];
        private int _atOnce;
        private int _mostAtOnce;

        public Task<int> EchoAsync(int value) => Task.FromResult(value);

        public Task PassAsync(string gate) => probe.PassAsync(gate);

        public async Task AppendAsync(int value)
        {
            await Task.Yield();
            _appended.Add(value);
        }

        public Task<int[]> AppendedAsync() => Task.FromResult(_appended.ToArray());

        public async Task<int> MostAtOnceAsync(int tasks, int steps)
        {
            await Task.WhenAll(Enumerable.Range(0, tasks).Select(async _ =>
            {
                for (var step = 0; step < steps; step++)
                {
                    await Task.Run(() => Thread.SpinWait(100));
                    var atOnce = Interlocked.Increment(ref _atOnce);
                    _mostAtOnce = Math.Max(_mostAtOnce, atOnce);
                    Thread.SpinWait(100);
                    Interlocked.Decrement(ref _atOnce);
                }
            }));
            return _mostAtOnce;
        }

        public async Task<bool> IsAlwaysAtHomeAsync()
        {
            var home = TaskScheduler.Current;
            await Task.Run(() => { });
            var isAtHome = TaskScheduler.Current == home;
            var isTaskAtHome = await Task.Factory.StartNew(() => TaskScheduler.Current == home);
            return home != TaskScheduler.Default && isAtHome && isTaskAtHome && TaskScheduler.Current == home;
        }

        public Task<string?> AmbientAsync() => Task.FromResult(Ambient.Value);

        public Task CallBackAsync(string other, int depth)
            => depth == 0 ? Task.CompletedTask : GrainFactory.GetGrain<ITurnGrain>(other).CallBackAsync(this.GetPrimaryKeyString(), depth - 1);
    }
}

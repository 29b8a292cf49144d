// Goal: timers tick as turns of their grain, at the times asked for, and end with it.
using Analytics.Tests.OrleansEmbedded.Support;
using Orleans;
using Orleans.Configuration;
using Orleans.Hosting;
using Orleans.Runtime;
using Xunit;

namespace Analytics.Tests.OrleansEmbedded;

public sealed class TimerTests
{
    private const int TimerFailedEvent = 9013;

    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    [Fact]
    public async Task A_timer_ticks_at_its_due_time_and_then_at_its_period()
    {
        var time = new ManualTime();
        await using var silo = await TestSilo.StartAsync(time: time);
        await silo.Grains.GetGrain<ITimerGrain>("a").StartAsync("tick", 2 * Second, 3 * Second).WithinDeadline();

        time.Advance(1.9 * Second);
        await silo.Grains.GetGrain<ITimerGrain>("a").NothingAsync().WithinDeadline();
        Assert.Equal(0, silo.Probe.Count("tick"));
        time.Advance(0.2 * Second);
        await silo.Probe.SeenAsync("tick");
        await silo.Grains.GetGrain<ITimerGrain>("a").NothingAsync().WithinDeadline();
        time.Advance(2.8 * Second);
        Assert.Equal(1, silo.Probe.Count("tick"));
        time.Advance(0.3 * Second);
        await silo.Probe.SeenAsync("tick", 2);
    }

    [Fact]
    public async Task An_infinite_period_ticks_once_and_an_infinite_due_time_not_at_all()
    {
        var time = new ManualTime();
        await using var silo = await TestSilo.StartAsync(time: time);
        var grain = silo.Grains.GetGrain<ITimerGrain>("a");
        await grain.StartAsync("once", Second, Timeout.InfiniteTimeSpan).WithinDeadline();
        await grain.StartAsync("never", Timeout.InfiniteTimeSpan, Second).WithinDeadline();

        time.Advance(2 * Second);
        await silo.Probe.SeenAsync("once");
        await grain.NothingAsync().WithinDeadline();
        time.Advance(10 * Second);
        await grain.NothingAsync().WithinDeadline();

        Assert.Equal(1, silo.Probe.Count("once"));
        Assert.Equal(0, silo.Probe.Count("never"));
    }

    [Fact]
    public async Task Change_sets_a_waiting_timer_and_takes_effect_after_a_tick_that_runs()
    {
        var time = new ManualTime();
        await using var silo = await TestSilo.StartAsync(time: time);
        var grain = silo.Grains.GetGrain<ITimerGrain>("a");
        await grain.StartAsync("tick", Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan).WithinDeadline();

        await grain.ChangeAsync(Second, Timeout.InfiniteTimeSpan).WithinDeadline();
        time.Advance(Second);
        await silo.Probe.SeenAsync("tick");
        await grain.NothingAsync().WithinDeadline();
        await grain.StartSelfChangingAsync("again", Second, 5 * Second).WithinDeadline();
        time.Advance(Second);
        await silo.Probe.SeenAsync("again");
        await grain.NothingAsync().WithinDeadline();
        time.Advance(4 * Second);
        Assert.Equal(1, silo.Probe.Count("again"));
        time.Advance(Second);
        await silo.Probe.SeenAsync("again", 2);
    }

    [Fact]
    public async Task Change_during_a_tick_counts_from_its_end()
    {
        var time = new ManualTime();
        await using var silo = await TestSilo.StartAsync(time: time);
        var grain = silo.Grains.GetGrain<ITimerGrain>("a");
        await grain.StartSelfChangingAsync("tick", Second, 5 * Second, "gate").WithinDeadline();
        time.Advance(Second);
        await silo.Probe.SeenAsync("at gate");

        time.Advance(20 * Second);
        silo.Probe.Open("gate");
        await grain.NothingAsync().WithinDeadline();
        await grain.NothingAsync().WithinDeadline();

        Assert.Equal(1, silo.Probe.Count("tick"));
        time.Advance(5 * Second);
        await silo.Probe.SeenAsync("tick", 2);
    }

    [Fact]
    public async Task Ticks_wait_for_their_turn_unless_they_interleave()
    {
        var time = new ManualTime();
        await using var silo = await TestSilo.StartAsync(time: time);
        var grain = silo.Grains.GetGrain<ITimerGrain>("a");
        await grain.StartAsync("waits", Second, Timeout.InfiniteTimeSpan).WithinDeadline();
        await grain.StartAsync("interleaves", Second, Timeout.InfiniteTimeSpan, interleave: true).WithinDeadline();
        var blocked = grain.PassAsync("gate");
        await silo.Probe.SeenAsync("at gate");

        time.Advance(Second);
        await silo.Probe.SeenAsync("interleaves");

        Assert.Equal(0, silo.Probe.Count("waits"));
        silo.Probe.Open("gate");
        await blocked.WithinDeadline();
        await silo.Probe.SeenAsync("waits");
    }

    [Fact]
    public async Task The_period_counts_from_the_end_of_a_tick()
    {
        var time = new ManualTime();
        await using var silo = await TestSilo.StartAsync(time: time);
        var grain = silo.Grains.GetGrain<ITimerGrain>("a");
        await grain.StartGatedAsync("tick", Second, Second).WithinDeadline();

        time.Advance(Second);
        await silo.Probe.SeenAsync("at tick");
        time.Advance(10 * Second);
        Assert.Equal(1, silo.Probe.Count("at tick"));
        silo.Probe.Open("tick");
        await grain.NothingAsync().WithinDeadline();
        time.Advance(0.9 * Second);
        Assert.Equal(1, silo.Probe.Count("at tick"));
        time.Advance(0.1 * Second);
        await silo.Probe.SeenAsync("at tick", 2);
    }

    [Fact]
    public async Task A_callback_that_throws_is_logged_and_the_timer_goes_on()
    {
        var time = new ManualTime();
        await using var silo = await TestSilo.StartAsync(time: time);
        await silo.Grains.GetGrain<ITimerGrain>("a").StartAsync("throw", Second, Second).WithinDeadline();

        time.Advance(Second);
        await Eventually.TrueAsync(() => silo.Log.Count(TimerFailedEvent) == 1, "the failure is logged");
        await silo.Grains.GetGrain<ITimerGrain>("a").NothingAsync().WithinDeadline();
        time.Advance(Second);

        await Eventually.TrueAsync(() => silo.Log.Count(TimerFailedEvent) == 2, "the timer ticks again");
    }

    [Fact]
    public async Task A_timer_ends_with_its_activation_and_its_token_says_so()
    {
        var time = new ManualTime();
        await using var silo = await TestSilo.StartAsync(time: time);
        var grain = silo.Grains.GetGrain<ITimerGrain>("a");
        await grain.StartAsync("tick", Second, Second).WithinDeadline();
        time.Advance(TimeSpan.Zero);
        await silo.Probe.SeenAsync("token taken");
        await grain.DeactivateAsync().WithinDeadline();
        await grain.NothingAsync().WithinDeadline();

        time.Advance(10 * Second);
        await grain.NothingAsync().WithinDeadline();

        Assert.Equal(0, silo.Probe.Count("tick"));
        Assert.Equal(1, silo.Probe.Count("token of tick"));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Only_a_KeepAlive_timer_keeps_its_activation(bool keepAlive)
    {
        var time = new ManualTime();
        await using var silo = await TestSilo.StartAsync(s => s.Configure<GrainCollectionOptions>(o => o.CollectionAge = TimeSpan.FromMinutes(5)), time);
        await silo.Grains.GetGrain<ITimerGrain>("a").StartAsync("tick", Second, TimeSpan.FromMinutes(1), keepAlive: keepAlive).WithinDeadline();

        time.Advance(TimeSpan.Zero);
        await silo.Probe.SeenAsync("token taken");
        await silo.Grains.GetGrain<ITimerGrain>("a").NothingAsync().WithinDeadline();
        var armed = time.TimersArmed;

        for (var tick = 1; tick <= 8 && silo.Probe.Count("ended") == 0; tick++)
        {
            // A tick has ended when its timer is armed again; a call to find out would count as use.
            time.Advance(TimeSpan.FromMinutes(1));
            await Eventually.TrueAsync(
                () => (silo.Probe.Count("tick") >= tick && time.TimersArmed == armed) || silo.Probe.Count("ended") > 0, $"tick {tick}");
        }

        if (keepAlive)
        {
            Assert.Equal(1, silo.ActivationCount);
        }
        else
        {
            await silo.Probe.SeenAsync("ended");
        }
    }

    [Fact]
    public async Task Negative_times_are_refused()
    {
        await using var silo = await TestSilo.StartAsync();
        var grain = silo.Grains.GetGrain<ITimerGrain>("a");

        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => grain.StartAsync("tick", -2 * Second, Second).WithinDeadline());
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => grain.StartAsync("tick", Second, -2 * Second).WithinDeadline());
    }

    [Fact]
    public async Task A_timer_that_is_registered_outside_of_the_grains_turns_is_refused()
    {
        await using var silo = await TestSilo.StartAsync();

        await Assert.ThrowsAsync<InvalidOperationException>(
            () => silo.Grains.GetGrain<ITimerGrain>("a").StartElsewhereAsync().WithinDeadline());
    }

    internal interface ITimerGrain : IGrainWithStringKey
    {
        Task StartAsync(string note, TimeSpan dueTime, TimeSpan period, bool interleave = false, bool keepAlive = false);

        Task StartElsewhereAsync();

        Task StartGatedAsync(string gate, TimeSpan dueTime, TimeSpan period);

        Task StartSelfChangingAsync(string note, TimeSpan dueTime, TimeSpan next, string? gate = null);

        Task ChangeAsync(TimeSpan dueTime, TimeSpan period);

        Task PassAsync(string gate);

        Task NothingAsync();

        Task DeactivateAsync();
    }

    internal sealed class TimerGrain(Probe probe) : Grain, ITimerGrain
    {
        private IGrainTimer? _timer;

        public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
        {
            probe.Note("ended");
            return Task.CompletedTask;
        }

        public Task StartAsync(string note, TimeSpan dueTime, TimeSpan period, bool interleave, bool keepAlive)
        {
            _timer = this.RegisterGrainTimer(
                (state, _) =>
                {
                    probe.Note(state);
                    return state == "throw" ? throw new InvalidTimeZoneException() : Task.CompletedTask;
                },
                note,
                new GrainTimerCreationOptions { DueTime = dueTime, Period = period, Interleave = interleave, KeepAlive = keepAlive });
            this.RegisterGrainTimer(
                t =>
                {
                    t.Register(() => probe.Note($"token of {note}"));
                    probe.Note("token taken");
                    return Task.CompletedTask;
                },
                TimeSpan.Zero,
                Timeout.InfiniteTimeSpan);
            return Task.CompletedTask;
        }

        public Task StartElsewhereAsync()
            => Task.Run(() => this.RegisterGrainTimer(() => Task.CompletedTask, Second, Second));

        public Task StartGatedAsync(string gate, TimeSpan dueTime, TimeSpan period)
        {
            this.RegisterGrainTimer(() => probe.PassAsync(gate), dueTime, period);
            return Task.CompletedTask;
        }

        public Task StartSelfChangingAsync(string note, TimeSpan dueTime, TimeSpan next, string? gate)
        {
            IGrainTimer? timer = null;
            timer = this.RegisterGrainTimer(
                state =>
                {
                    probe.Note(state);
                    timer!.Change(next, TimeSpan.FromHours(1));
                    return gate is null ? Task.CompletedTask : probe.PassAsync(gate);
                },
                note,
                dueTime,
                TimeSpan.FromHours(1));
            return Task.CompletedTask;
        }

        public Task ChangeAsync(TimeSpan dueTime, TimeSpan period)
        {
            _timer!.Change(dueTime, period);
            return Task.CompletedTask;
        }

        public Task PassAsync(string gate) => probe.PassAsync(gate);

        public Task NothingAsync() => Task.CompletedTask;

        public Task DeactivateAsync()
        {
            DeactivateOnIdle();
            return Task.CompletedTask;
        }
    }
}

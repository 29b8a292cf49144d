// Goal: what a caller gets back: results, the grain's own exceptions, time-outs and cancellations, and clear errors for wrong calls.
using Analytics.Tests.OrleansEmbedded.Support;
using Microsoft.Extensions.DependencyInjection;
using Orleans;
using Orleans.Concurrency;
using Xunit;

namespace Analytics.Tests.OrleansEmbedded;

public sealed class CallTests
{
    private const int FailedUnheardEvent = 9000;

    [Fact]
    public async Task Results_of_every_return_type_reach_the_caller()
    {
        await using var silo = await TestSilo.StartAsync();
        var grain = silo.Grains.GetGrain<ICallGrain>(5);

        Assert.Equal("5:x", await grain.NameAsync("x").WithinDeadline());
        Assert.Equal(42L, await grain.ValueAsync(42));
        await grain.NothingAsync();
        Assert.Equal([1, 2], await grain.GenericAsync(new List<int> { 1, 2 }).WithinDeadline());
    }

    [Fact]
    public async Task An_exception_of_a_grain_reaches_the_caller_as_it_is()
    {
        await using var silo = await TestSilo.StartAsync();
        var grain = silo.Grains.GetGrain<ICallGrain>(1);

        var late = await Assert.ThrowsAsync<InvalidTimeZoneException>(() => grain.FailAsync(late: true).WithinDeadline());
        var early = await Assert.ThrowsAsync<InvalidTimeZoneException>(() => grain.FailAsync(late: false).WithinDeadline());
        await Assert.ThrowsAsync<OperationCanceledException>(() => grain.CancelItselfAsync().WithinDeadline());

        Assert.Equal("late", late.Message);
        Assert.Equal("early", early.Message);
        Assert.Contains(nameof(CallGrain.FailAsync), late.StackTrace, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_one_way_call_returns_at_once_and_its_exception_is_logged()
    {
        await using var silo = await TestSilo.StartAsync();
        var grain = silo.Grains.GetGrain<ICallGrain>(1);

        await grain.FireAsync("gate").WithinDeadline();
        await silo.Probe.SeenAsync("at gate");
        Assert.Equal(0, silo.Log.Count(FailedUnheardEvent));
        silo.Probe.Open("gate");

        await Eventually.TrueAsync(() => silo.Log.Count(FailedUnheardEvent) == 1, "the failure of the one-way call is logged");
    }

    [Fact]
    public async Task A_call_that_takes_too_long_times_out_while_its_handler_goes_on()
    {
        var time = new ManualTime();
        await using var silo = await TestSilo.StartAsync(time: time);
        var grain = silo.Grains.GetGrain<ICallGrain>(1);
        var slow = grain.PassAsync("gate", default);
        await silo.Probe.SeenAsync("at gate");
        var behind = grain.NameAsync("behind");

        time.Advance(TimeSpan.FromSeconds(29));
        Assert.False(slow.IsCompleted);
        time.Advance(TimeSpan.FromSeconds(2));
        await Assert.ThrowsAsync<TimeoutException>(() => slow.WithinDeadline());
        await Assert.ThrowsAsync<TimeoutException>(() => behind.WithinDeadline());

        Assert.Equal(0, silo.Probe.Count("passed gate"));
        silo.Probe.Open("gate");
        await silo.Probe.SeenAsync("passed gate");
        Assert.Equal("1:next", await grain.NameAsync("next").WithinDeadline());
        Assert.Equal(0, silo.Probe.Count("name behind"));
    }

    [Fact]
    public async Task A_method_may_have_a_timeout_of_its_own()
    {
        var time = new ManualTime();
        await using var silo = await TestSilo.StartAsync(time: time);
        var grain = silo.Grains.GetGrain<ICallGrain>(1);
        var patient = grain.PassPatientlyAsync("gate");
        await silo.Probe.SeenAsync("at gate");

        time.Advance(TimeSpan.FromMinutes(4));
        Assert.False(patient.IsCompleted);
        time.Advance(TimeSpan.FromMinutes(2));

        await Assert.ThrowsAsync<TimeoutException>(() => patient.WithinDeadline());
        silo.Probe.Open("gate");
    }

    [Fact]
    public async Task Cancelling_ends_the_callers_wait_at_once_and_tells_the_grain_in_its_turns()
    {
        await using var silo = await TestSilo.StartAsync();
        var grain = silo.Grains.GetGrain<ICallGrain>(1);
        using var source = new CancellationTokenSource();
        var call = grain.PassAsync("gate", source.Token);
        await silo.Probe.SeenAsync("at gate");

        await source.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call.WithinDeadline());
        await silo.Probe.SeenAsync("cancelled at home");
        silo.Probe.Open("gate");
    }

    [Fact]
    public async Task A_call_with_a_cancelled_token_does_not_reach_the_grain()
    {
        await using var silo = await TestSilo.StartAsync();
        var grain = silo.Grains.GetGrain<ICallGrain>(1);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => grain.PassAsync("gate", new CancellationToken(true)).WithinDeadline());

        Assert.Equal(0, silo.ActivationCount);
    }

    [Fact]
    public async Task A_call_that_is_cancelled_while_it_waits_never_runs()
    {
        await using var silo = await TestSilo.StartAsync();
        var grain = silo.Grains.GetGrain<ICallGrain>(1);
        using var source = new CancellationTokenSource();
        var first = grain.PassAsync("first", default);
        await silo.Probe.SeenAsync("at first");
        var second = grain.PassAsync("second", source.Token);

        await source.CancelAsync();
        silo.Probe.Open("first");
        await first.WithinDeadline();
        await grain.NameAsync("after").WithinDeadline();

        Assert.True(second.IsCanceled);
        Assert.Equal(0, silo.Probe.Count("at second"));
    }

    [Fact]
    public async Task References_to_the_same_grain_are_equal_and_others_are_not()
    {
        await using var silo = await TestSilo.StartAsync();
        var one = silo.Grains.GetGrain<ICallGrain>(1);

        Assert.Equal(one, silo.Grains.GetGrain<ICallGrain>(1));
        Assert.NotEqual(one, silo.Grains.GetGrain<ICallGrain>(2));
        Assert.Equal(one.GetHashCode(), silo.Grains.GetGrain<ICallGrain>(1).GetHashCode());
        Assert.Equal("call/1", one.GetGrainId().ToString());
        Assert.Equal(255, silo.Grains.GetGrain<ICallGrain>(255).GetPrimaryKeyLong());
        Assert.Equal(-3, silo.Grains.GetGrain<ICallGrain>(-3).GetPrimaryKeyLong());
        Assert.Equal("1:x", await silo.Grains.GetGrain<ICallGrain>(one.GetGrainId()).NameAsync("x").WithinDeadline());
    }

    [Fact]
    public async Task An_interface_without_a_class_or_with_two_is_refused_by_name()
    {
        await using var silo = await TestSilo.StartAsync();

        var none = Assert.Throws<ArgumentException>(() => silo.Grains.GetGrain<IOrphanGrain>("a"));
        var two = Assert.Throws<ArgumentException>(() => silo.Grains.GetGrain<ITwinGrain>("a"));

        Assert.Contains(nameof(IOrphanGrain), none.Message, StringComparison.Ordinal);
        Assert.Contains(nameof(TwinAGrain), two.Message, StringComparison.Ordinal);
        Assert.Contains(nameof(TwinBGrain), two.Message, StringComparison.Ordinal);
        await silo.Grains.GetGrain<ITwinGrain>("a", typeof(TwinBGrain).FullName).NothingAsync().WithinDeadline();
    }

    [Fact]
    public async Task The_client_and_the_factory_of_the_services_are_the_same()
    {
        await using var silo = await TestSilo.StartAsync();

        Assert.Same(silo.Services.GetRequiredService<IGrainFactory>(), silo.Services.GetRequiredService<IClusterClient>());
    }

    internal interface IOrphanGrain : IGrainWithStringKey;

    internal interface ITwinGrain : IGrainWithStringKey
    {
        Task NothingAsync();
    }

    internal interface ICallGrain : IGrainWithIntegerKey
    {
        Task<string> NameAsync(string name);

        ValueTask<long> ValueAsync(long value);

        ValueTask NothingAsync();

        Task<T> GenericAsync<T>(T value);

        Task FailAsync(bool late);

        Task CancelItselfAsync();

        [OneWay]
        Task FireAsync(string gate);

        Task PassAsync(string gate, CancellationToken token);

        [ResponseTimeout("00:05:00")]
        Task PassPatientlyAsync(string gate);
    }

    internal sealed class TwinAGrain : Grain, ITwinGrain
    {
        public Task NothingAsync() => throw new NotSupportedException();
    }

    internal sealed class TwinBGrain : Grain, ITwinGrain
    {
        public Task NothingAsync() => Task.CompletedTask;
    }

    internal sealed class CallGrain(Probe probe) : Grain, ICallGrain
    {
        public Task<string> NameAsync(string name)
        {
            probe.Note($"name {name}");
            return Task.FromResult($"{this.GetPrimaryKeyLong()}:{name}");
        }

        public ValueTask<long> ValueAsync(long value) => new(value);

        public async ValueTask NothingAsync() => await Task.Yield();

        public Task<T> GenericAsync<T>(T value) => Task.FromResult(value);

        public Task FailAsync(bool late)
        {
            return late ? FailLaterAsync() : throw new InvalidTimeZoneException("early");

            static async Task FailLaterAsync()
            {
                await Task.Yield();
                throw new InvalidTimeZoneException("late");
            }
        }

        public Task CancelItselfAsync() => throw new OperationCanceledException();

        public async Task FireAsync(string gate)
        {
            await probe.PassAsync(gate);
            throw new InvalidTimeZoneException();
        }

        public async Task PassAsync(string gate, CancellationToken token)
        {
            var home = TaskScheduler.Current;
            await using var registration = token.Register(() => probe.Note(TaskScheduler.Current == home ? "cancelled at home" : "cancelled elsewhere"));
            await probe.PassAsync(gate);
            probe.Note($"passed {gate}");
        }

        public Task PassPatientlyAsync(string gate) => probe.PassAsync(gate);
    }
}

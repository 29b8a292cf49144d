// Goal: a grain has one activation at a time, which begins before its first call and ends after its last, whatever happens meanwhile.
using Analytics.Tests.OrleansEmbedded.Support;
using Orleans;
using Orleans.Configuration;
using Orleans.Hosting;
using Orleans.Runtime;
using Orleans.Storage;
using Xunit;

namespace Analytics.Tests.OrleansEmbedded;

public sealed class ActivationTests
{
    private const int FailedToDeactivateEvent = 9011;

    [Fact]
    public async Task First_calls_at_the_same_time_make_one_activation()
    {
        await using var silo = await TestSilo.StartAsync();

        var instances = await Task.WhenAll(Enumerable.Range(0, 200).Select(_ => Task.Run(
            () => silo.Grains.GetGrain<ILifeGrain>("a").InstanceAsync()))).WithinDeadline();

        Assert.Single(instances.Distinct());
        Assert.Equal(1, silo.Probe.Count("activate a"));
        Assert.Equal(1, silo.ActivationCount);
    }

    [Fact]
    public async Task Calls_wait_for_OnActivateAsync_interleaving_ones_too()
    {
        await using var silo = await TestSilo.StartAsync();
        silo.Probe.Note("hold activate gated");
        var grain = silo.Grains.GetGrain<ILifeGrain>("gated");

        var call = grain.InstanceAsync();
        var peek = grain.PeekAsync();
        await silo.Probe.SeenAsync("at activate gated");

        Assert.False(call.IsCompleted);
        Assert.False(peek.IsCompleted);
        silo.Probe.Open("activate gated");
        await Task.WhenAll(call, peek).WithinDeadline();
    }

    [Fact]
    public async Task A_failing_activation_fails_its_callers_and_the_next_call_activates_anew()
    {
        await using var silo = await TestSilo.StartAsync();
        var grain = silo.Grains.GetGrain<ILifeGrain>("fails once");

        var failed = await Assert.ThrowsAsync<InvalidTimeZoneException>(() => grain.InstanceAsync().WithinDeadline());
        await grain.InstanceAsync().WithinDeadline();

        Assert.Equal("no luck", failed.Message);
        Assert.Equal(2, silo.Probe.Count("activate fails once"));
        Assert.Equal(0, silo.Probe.Count("deactivate fails once ActivationFailed"));
    }

    [Fact]
    public async Task A_constructor_that_throws_fails_its_callers()
    {
        await using var silo = await TestSilo.StartAsync();

        await Assert.ThrowsAsync<InvalidTimeZoneException>(() => silo.Grains.GetGrain<IBadGrain>("a").NothingAsync().WithinDeadline());

        Assert.Equal(0, silo.ActivationCount);
    }

    [Fact]
    public async Task DeactivateOnIdle_ends_the_activation_after_the_call_and_the_next_call_gets_a_new_one()
    {
        await using var silo = await TestSilo.StartAsync();
        var grain = silo.Grains.GetGrain<ILifeGrain>("a");
        var first = await grain.InstanceAsync().WithinDeadline();

        await grain.DeactivateAsync().WithinDeadline();
        var second = await grain.InstanceAsync().WithinDeadline();

        Assert.NotEqual(first, second);
        Assert.Equal(["activate a", "deactivate a ApplicationRequested", "disposed a", "activate a"], silo.Probe.Notes);
    }

    [Fact]
    public async Task Calls_that_arrive_while_deactivating_wait_and_go_to_the_new_activation()
    {
        await using var silo = await TestSilo.StartAsync();
        silo.Probe.Note("hold deactivate a");
        var grain = silo.Grains.GetGrain<ILifeGrain>("a");
        await grain.DeactivateAsync().WithinDeadline();
        await silo.Probe.SeenAsync("at deactivate a");

        var calls = Enumerable.Range(0, 10).Select(_ => grain.InstanceAsync()).ToArray();
        Assert.Equal(1, silo.Probe.Count("activate a"));
        silo.Probe.Open("deactivate a");

        Assert.Single((await Task.WhenAll(calls).WithinDeadline()).Distinct());
        Assert.Equal(2, silo.Probe.Count("activate a"));
    }

    [Fact]
    public async Task A_failing_OnDeactivateAsync_is_logged_and_the_grain_goes_on_in_a_new_activation()
    {
        await using var silo = await TestSilo.StartAsync();
        var grain = silo.Grains.GetGrain<ILifeGrain>("fails to end");
        await grain.DeactivateAsync().WithinDeadline();

        await grain.InstanceAsync().WithinDeadline();

        Assert.Equal(2, silo.Probe.Count("activate fails to end"));
        Assert.Equal(1, silo.Log.Count(FailedToDeactivateEvent));
    }

    [Fact]
    public async Task An_idle_activation_ends_after_its_collection_age_and_a_used_one_does_not()
    {
        var time = new ManualTime();
        await using var silo = await StartWithAgeAsync(time);
        await silo.Grains.GetGrain<ILifeGrain>("idle").InstanceAsync().WithinDeadline();
        await silo.Grains.GetGrain<ILifeGrain>("used").InstanceAsync().WithinDeadline();

        time.Advance(TimeSpan.FromMinutes(4));
        await silo.Grains.GetGrain<ILifeGrain>("used").InstanceAsync().WithinDeadline();
        Assert.Equal(2, silo.ActivationCount);
        time.Advance(TimeSpan.FromMinutes(2));

        await silo.Probe.SeenAsync("deactivate idle ActivationIdle");
        Assert.Equal(0, silo.Probe.Count("deactivate used ActivationIdle"));
    }

    [Fact]
    public async Task An_activation_with_a_call_in_progress_is_not_idle()
    {
        var time = new ManualTime();
        await using var silo = await StartWithAgeAsync(time);
        var grain = silo.Grains.GetGrain<ILifeGrain>("a");
        var instance = await grain.InstanceAsync().WithinDeadline();
        _ = grain.PassAsync("gate");
        await silo.Probe.SeenAsync("at gate");

        time.Advance(TimeSpan.FromMinutes(10));
        silo.Probe.Open("gate");
        Assert.Equal(instance, await grain.InstanceAsync().WithinDeadline());
        time.Advance(TimeSpan.FromMinutes(10));

        await silo.Probe.SeenAsync("deactivate a ActivationIdle");
    }

    [Fact]
    public async Task DelayDeactivation_keeps_an_idle_activation_for_its_time()
    {
        var time = new ManualTime();
        await using var silo = await StartWithAgeAsync(time);
        await silo.Grains.GetGrain<ILifeGrain>("a").DelayAsync(TimeSpan.FromMinutes(20)).WithinDeadline();
        await silo.Grains.GetGrain<ILifeGrain>("for good").DelayAsync(Timeout.InfiniteTimeSpan).WithinDeadline();

        time.Advance(TimeSpan.FromMinutes(19));
        Assert.Equal(2, silo.ActivationCount);
        time.Advance(TimeSpan.FromMinutes(3));

        await silo.Probe.SeenAsync("deactivate a ActivationIdle");
        Assert.Equal(0, silo.Probe.Count("deactivate for good ActivationIdle"));
    }

    [Fact]
    public async Task An_activation_whose_state_is_not_the_stored_one_ends_and_its_callers_do_not()
    {
        await using var silo = await TestSilo.StartAsync();
        var grain = silo.Grains.GetGrain<ILifeGrain>("inner");
        var first = await grain.InstanceAsync().WithinDeadline();
        var outer = await silo.Grains.GetGrain<ILifeGrain>("outer").InstanceAsync().WithinDeadline();

        await Assert.ThrowsAsync<InconsistentStateException>(
            () => silo.Grains.GetGrain<ILifeGrain>("outer").ConflictAsync("inner").WithinDeadline());

        Assert.NotEqual(first, await grain.InstanceAsync().WithinDeadline());
        Assert.Equal(outer, await silo.Grains.GetGrain<ILifeGrain>("outer").InstanceAsync().WithinDeadline());
    }

    [Fact]
    public async Task A_class_that_does_not_derive_from_Grain_is_a_grain_through_its_context()
    {
        await using var silo = await TestSilo.StartAsync();

        Assert.Equal("own/a", await silo.Grains.GetGrain<IOwnGrain>("a").IdAsync().WithinDeadline());
        Assert.Equal(1, silo.Probe.Count("own activated"));
    }

    [Fact]
    public void A_grain_that_is_constructed_by_hand_says_what_to_do_instead()
    {
        using var grain = new LifeGrain(new Probe());

        var exception = Assert.Throws<InvalidOperationException>(() => grain.IdentityString);

        Assert.Contains(nameof(IGrainFactory), exception.Message, StringComparison.Ordinal);
    }

    private static Task<TestSilo> StartWithAgeAsync(ManualTime time)
        => TestSilo.StartAsync(silo => silo.Configure<GrainCollectionOptions>(o => o.CollectionAge = TimeSpan.FromMinutes(5)), time);

    internal interface IOwnGrain : IGrainWithStringKey
    {
        Task<string> IdAsync();
    }

    internal interface IBadGrain : IGrainWithStringKey
    {
        Task NothingAsync();
    }

    internal interface ILifeGrain : IGrainWithStringKey
    {
        Task<Guid> InstanceAsync();

        [Orleans.Concurrency.AlwaysInterleave]
        Task PeekAsync();

        Task PassAsync(string gate);

        Task DeactivateAsync();

        Task DelayAsync(TimeSpan time);

        Task ConflictAsync(string? other);
    }

    internal sealed class OwnGrain(IGrainContext context, Probe probe) : IGrainBase, IOwnGrain
    {
        public IGrainContext GrainContext => context;

        public Task OnActivateAsync(CancellationToken token)
        {
            probe.Note("own activated");
            return Task.CompletedTask;
        }

        public Task<string> IdAsync() => Task.FromResult(this.GetGrainId().ToString());
    }

    internal sealed class BadGrain : Grain, IBadGrain
    {
        public BadGrain() => throw new InvalidTimeZoneException();

        public Task NothingAsync() => Task.CompletedTask;
    }

    internal sealed class LifeGrain(Probe probe) : Grain, ILifeGrain, IDisposable
    {
        private readonly Guid _instance = Guid.NewGuid();
        private string _key = "";

        public override async Task OnActivateAsync(CancellationToken cancellationToken)
        {
            _key = this.GetPrimaryKeyString();
            probe.Note($"activate {_key}");
            await HoldAsync("activate");
            if (_key == "fails once" && probe.Count($"activate {_key}") == 1)
            {
                throw new InvalidTimeZoneException("no luck");
            }
        }

        public override async Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
        {
            probe.Note($"deactivate {_key} {reason.ReasonCode}");
            await HoldAsync("deactivate");
            if (_key == "fails to end")
            {
                throw new InvalidTimeZoneException();
            }
        }

        public void Dispose() => probe.Note($"disposed {_key}");

        public Task<Guid> InstanceAsync() => Task.FromResult(_instance);

        public Task PeekAsync() => Task.CompletedTask;

        public Task PassAsync(string gate) => probe.PassAsync(gate);

        public Task DeactivateAsync()
        {
            DeactivateOnIdle();
            return Task.CompletedTask;
        }

        public Task DelayAsync(TimeSpan time)
        {
            DelayDeactivation(time);
            return Task.CompletedTask;
        }

        public Task ConflictAsync(string? other)
            => other is null ? throw new InconsistentStateException("changed") : GrainFactory.GetGrain<ILifeGrain>(other).ConflictAsync(null);

        private Task HoldAsync(string what)
            => probe.Count($"hold {what} {_key}") > 0 ? probe.PassAsync($"{what} {_key}") : Task.CompletedTask;
    }
}

// Goal: what may run between the awaits of other calls does, and what may not waits.
using Analytics.Tests.OrleansEmbedded.Support;
using Orleans;
using Orleans.Concurrency;
using Xunit;

namespace Analytics.Tests.OrleansEmbedded;

public sealed class InterleaveTests
{
    [Fact]
    public async Task An_interleaving_method_runs_while_another_call_awaits()
    {
        await using var silo = await TestSilo.StartAsync();
        var grain = silo.Grains.GetGrain<IInterleaveGrain>("a");
        var blocked = grain.WriteAsync("gate");
        await silo.Probe.SeenAsync("at gate");

        var waiting = grain.WriteAsync("second");
        await grain.PeekAsync().WithinDeadline();

        Assert.Equal(0, silo.Probe.Count("at second"));
        silo.Probe.Open("gate");
        silo.Probe.Open("second");
        await Task.WhenAll(blocked, waiting).WithinDeadline();
    }

    [Fact]
    public async Task An_ordinary_call_runs_while_an_interleaving_one_awaits()
    {
        await using var silo = await TestSilo.StartAsync();
        var grain = silo.Grains.GetGrain<IInterleaveGrain>("a");
        var peek = grain.PeekAtAsync("peek");
        await silo.Probe.SeenAsync("at peek");

        silo.Probe.Open("write");
        await grain.WriteAsync("write").WithinDeadline();

        Assert.False(peek.IsCompleted);
        silo.Probe.Open("peek");
        await peek.WithinDeadline();
    }

    [Fact]
    public async Task Read_only_calls_run_together_and_a_write_waits_for_all_of_them()
    {
        await using var silo = await TestSilo.StartAsync();
        var grain = silo.Grains.GetGrain<IInterleaveGrain>("a");
        var firstRead = grain.ReadAsync("first");
        await silo.Probe.SeenAsync("at first");
        var write = grain.WriteAsync("write");
        var secondRead = grain.ReadAsync("second");
        await silo.Probe.SeenAsync("at second");

        silo.Probe.Open("first");
        await firstRead.WithinDeadline();
        await grain.PeekAsync().WithinDeadline();
        Assert.Equal(0, silo.Probe.Count("at write"));

        silo.Probe.Open("second");
        silo.Probe.Open("write");
        await Task.WhenAll(write, secondRead).WithinDeadline();
    }

    [Fact]
    public async Task A_read_only_call_waits_for_a_write()
    {
        await using var silo = await TestSilo.StartAsync();
        var grain = silo.Grains.GetGrain<IInterleaveGrain>("a");
        var write = grain.WriteAsync("write");
        await silo.Probe.SeenAsync("at write");

        var read = grain.ReadAsync("read");
        await grain.PeekAsync().WithinDeadline();
        Assert.Equal(0, silo.Probe.Count("at read"));

        silo.Probe.Open("write");
        silo.Probe.Open("read");
        await Task.WhenAll(write, read).WithinDeadline();
    }

    [Fact]
    public async Task A_reentrant_class_interleaves_all_its_calls()
    {
        await using var silo = await TestSilo.StartAsync();
        var grain = silo.Grains.GetGrain<IReentrantGrain>("a");
        var blocked = grain.WriteAsync("gate");
        await silo.Probe.SeenAsync("at gate");

        silo.Probe.Open("other");
        await grain.WriteAsync("other").WithinDeadline();

        Assert.False(blocked.IsCompleted);
        silo.Probe.Open("gate");
        await blocked.WithinDeadline();
    }

    internal interface IReentrantGrain : IGrainWithStringKey
    {
        Task WriteAsync(string gate);
    }

    internal interface IInterleaveGrain : IGrainWithStringKey
    {
        Task WriteAsync(string gate);

        [ReadOnly]
        Task ReadAsync(string gate);

        [AlwaysInterleave]
        Task PeekAsync();

        [AlwaysInterleave]
        Task PeekAtAsync(string gate);
    }

    internal sealed class InterleaveGrain(Probe probe) : Grain, IInterleaveGrain
    {
        public Task WriteAsync(string gate) => probe.PassAsync(gate);

        public Task ReadAsync(string gate) => probe.PassAsync(gate);

        public Task PeekAsync() => Task.CompletedTask;

        public Task PeekAtAsync(string gate) => probe.PassAsync(gate);
    }

    [Reentrant]
    internal sealed class ReentrantGrain(Probe probe) : Grain, IReentrantGrain
    {
        public Task WriteAsync(string gate) => probe.PassAsync(gate);
    }
}

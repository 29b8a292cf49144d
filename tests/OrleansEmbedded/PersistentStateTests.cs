// Goal: a grain's record is read before it takes calls, written and cleared when it asks, one operation after the other.
using System.Collections.Concurrent;
using Analytics.Tests.OrleansEmbedded.Support;
using Microsoft.Extensions.DependencyInjection;
using Orleans;
using Orleans.Runtime;
using Orleans.Runtime.Hosting;
using Orleans.Storage;
using Xunit;

namespace Analytics.Tests.OrleansEmbedded;

public sealed class PersistentStateTests
{
    [Fact]
    public async Task State_is_there_in_OnActivateAsync_and_survives_the_activation()
    {
        await using var silo = await StartAsync();
        var grain = silo.Grains.GetGrain<IStateGrain>("a");

        Assert.Equal("new:0", await grain.SeenAtActivationAsync().WithinDeadline());
        await grain.SetAsync(5).WithinDeadline();
        await grain.DeactivateAsync().WithinDeadline();

        Assert.Equal("stored:5", await grain.SeenAtActivationAsync().WithinDeadline());
        Assert.Equal(["read state/a", "write state/a", "read state/a"], silo.Probe.Notes);
    }

    [Fact]
    public async Task Clearing_removes_the_record_and_leaves_a_new_state()
    {
        await using var silo = await StartAsync();
        var grain = silo.Grains.GetGrain<IStateGrain>("a");
        await grain.SetAsync(5).WithinDeadline();

        Assert.Equal(0, await grain.ClearAsync().WithinDeadline());
        await grain.DeactivateAsync().WithinDeadline();

        Assert.Equal("new:0", await grain.SeenAtActivationAsync().WithinDeadline());
    }

    [Fact]
    public async Task Writes_that_are_not_awaited_run_one_after_the_other()
    {
        await using var silo = await StartAsync();

        await silo.Grains.GetGrain<IStateGrain>("a").SetManyAsync(20).WithinDeadline();

        Assert.Equal(20, await silo.Grains.GetGrain<IStateGrain>("a").GetAsync().WithinDeadline());
    }

    [Fact]
    public async Task A_write_over_someone_elses_is_refused_and_the_next_activation_reads_it()
    {
        await using var silo = await StartAsync();
        var grain = silo.Grains.GetGrain<IStateGrain>("a");
        await grain.SetAsync(5).WithinDeadline();
        silo.Services.GetRequiredService<MemoryStorage>().Overwrite("state/a", new Counter { Value = 9 });

        var refused = await Assert.ThrowsAsync<InconsistentStateException>(() => grain.SetAsync(6).WithinDeadline());

        Assert.NotEqual(refused.StoredEtag, refused.CurrentEtag);
        Assert.Equal("stored:9", await grain.SeenAtActivationAsync().WithinDeadline());
    }

    [Fact]
    public async Task A_read_that_fails_fails_the_activation()
    {
        await using var silo = await StartAsync();
        silo.Services.GetRequiredService<MemoryStorage>().MustFail = true;

        await Assert.ThrowsAsync<InvalidTimeZoneException>(() => silo.Grains.GetGrain<IStateGrain>("a").GetAsync().WithinDeadline());
        silo.Services.GetRequiredService<MemoryStorage>().MustFail = false;

        Assert.Equal(0, await silo.Grains.GetGrain<IStateGrain>("a").GetAsync().WithinDeadline());
    }

    [Fact]
    public async Task State_that_is_written_outside_of_the_grains_turns_is_refused()
    {
        await using var silo = await StartAsync();

        await Assert.ThrowsAsync<InvalidOperationException>(() => silo.Grains.GetGrain<IStateGrain>("a").SetElsewhereAsync().WithinDeadline());

        Assert.Equal(0, silo.Probe.Count("write state/a"));
    }

    [Fact]
    public async Task A_provider_that_is_not_registered_is_named()
    {
        await using var silo = await TestSilo.StartAsync();

        var exception = await Assert.ThrowsAsync<OrleansConfigurationException>(() => silo.Grains.GetGrain<IStateGrain>("a").GetAsync().WithinDeadline());

        Assert.Contains("\"memory\"", exception.Message, StringComparison.Ordinal);
    }

    private static Task<TestSilo> StartAsync() => TestSilo.StartAsync(silo =>
    {
        silo.Services.AddSingleton<MemoryStorage>();
        silo.Services.AddGrainStorage("memory", (services, _) => services.GetRequiredService<MemoryStorage>());
    });

    internal interface IStateGrain : IGrainWithStringKey
    {
        Task<string> SeenAtActivationAsync();

        Task<int> GetAsync();

        Task SetAsync(int value);

        Task SetManyAsync(int count);

        Task SetElsewhereAsync();

        Task<int> ClearAsync();

        Task DeactivateAsync();
    }

    internal sealed class Counter
    {
        public int Value { get; set; }
    }

    internal sealed class StateGrain([PersistentState("counter", "memory")] IPersistentState<Counter> counter) : Grain, IStateGrain
    {
        private string _seen = "";

        public override Task OnActivateAsync(CancellationToken cancellationToken)
        {
            _seen = $"{(counter.RecordExists ? "stored" : "new")}:{counter.State.Value}";
            return Task.CompletedTask;
        }

        public Task<string> SeenAtActivationAsync() => Task.FromResult(_seen);

        public Task<int> GetAsync() => Task.FromResult(counter.State.Value);

        public Task SetAsync(int value)
        {
            counter.State.Value = value;
            return counter.WriteStateAsync();
        }

        public Task SetManyAsync(int count) => Task.WhenAll(Enumerable.Range(1, count).Select(SetAsync));

        public Task SetElsewhereAsync() => Task.Run(counter.WriteStateAsync);

        public async Task<int> ClearAsync()
        {
            await counter.ClearStateAsync();
            return counter.State.Value;
        }

        public Task DeactivateAsync()
        {
            DeactivateOnIdle();
            return Task.CompletedTask;
        }
    }

    /// <summary>Refuses a write whose etag is not the stored one, and two operations at once.</summary>
    internal sealed class MemoryStorage(Probe probe) : IGrainStorage
    {
        private readonly ConcurrentDictionary<string, (string Etag, Counter Value)> _records = new();
        private int _running;

        public bool MustFail { get; set; }

        public void Overwrite(string grain, Counter value) => _records[grain] = (Guid.NewGuid().ToString(), value);

        public Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) => RunAsync($"read {grainId}", () =>
        {
            grainState.RecordExists = _records.TryGetValue(grainId.ToString(), out var record);
            grainState.State = (T?)(object?)record.Value;
            grainState.ETag = record.Etag;
        });

        public Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) => RunAsync($"write {grainId}", () =>
        {
            ThrowIfChanged(grainId, grainState.ETag);
            grainState.ETag = Guid.NewGuid().ToString();
            grainState.RecordExists = true;
            _records[grainId.ToString()] = (grainState.ETag, new Counter { Value = ((Counter)(object)grainState.State!).Value });
        });

        public Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) => RunAsync($"clear {grainId}", () =>
        {
            ThrowIfChanged(grainId, grainState.ETag);
            grainState.ETag = null;
            _records.TryRemove(grainId.ToString(), out _);
        });

        private void ThrowIfChanged(GrainId grain, string? etag)
        {
            _records.TryGetValue(grain.ToString(), out var stored);
            if (stored.Etag != etag)
            {
                throw new InconsistentStateException("Changed by someone else.", stored.Etag, etag);
            }
        }

        private async Task RunAsync(string what, Action operation)
        {
            Assert.Equal(1, Interlocked.Increment(ref _running));
            await Task.Yield();
            Interlocked.Decrement(ref _running);
            if (MustFail)
            {
                throw new InvalidTimeZoneException();
            }

            probe.Note(what);
            operation();
        }
    }
}

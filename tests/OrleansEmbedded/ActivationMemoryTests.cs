// Goal: thousands of actors that do nothing cost next to nothing. Measured on the whole process, so nothing else runs meanwhile.
using Analytics.Tests.OrleansEmbedded.Support;
using Orleans;
using Xunit;

namespace Analytics.Tests.OrleansEmbedded;

[Collection(AloneCollection.Name)]
public sealed class ActivationMemoryTests
{
    [Fact]
    public async Task Thirteen_thousand_idle_activations_are_cheap()
    {
        // 13,643 metrics at 4 KB are 56 MB of a budget of 3 GB.
        const int Grains = 13_643;
        const int BytesMax = 4_096;
        await using var silo = await TestSilo.StartAsync();
        await silo.Grains.GetGrain<ISmallGrain>("first").NothingAsync().WithinDeadline();
        var threads = ThreadPool.ThreadCount;
        var before = GC.GetTotalMemory(forceFullCollection: true);

        for (var i = 0; i < Grains; i++)
        {
            await silo.Grains.GetGrain<ISmallGrain>($"project/metric{i}").NothingAsync();
        }

        var bytesEach = (GC.GetTotalMemory(forceFullCollection: true) - before) / Grains;
        Assert.Equal(Grains + 1, silo.ActivationCount);
        Assert.InRange(bytesEach, 1, BytesMax);
        Assert.InRange(ThreadPool.ThreadCount, 0, threads + 50);
    }

    internal interface ISmallGrain : IGrainWithStringKey
    {
        Task NothingAsync();
    }

    internal sealed class SmallGrain : Grain, ISmallGrain
    {
        public Task NothingAsync() => Task.CompletedTask;
    }
}

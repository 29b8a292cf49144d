// Goal: on a full disk nothing accepted is lost, nothing is accepted that cannot be kept, and with space again all goes on by itself.
using Xunit;

namespace Analytics.Tests.Faults;

[Collection("Faults")]
public sealed class FullDiskTests
{
    // An empty silo takes a few megabytes, the load some more.
    private const int DiskMb = 96;
    private const int Refusals = 60;

    [Fact]
    public async Task A_disk_that_fills_up_and_gets_space_again_costs_no_event()
    {
        await using var disk = await MountedFolder.NewAsync(DiskMb);
        await using var run = await FaultRun.StartAsync(Path.Combine(disk.Path, "data"));
        await run.Load.DeliverAsync(100);
        var (project, metric) = run.Load.Promises.Metrics.Keys.First();
        await RefuseAsync(run, disk);

        Assert.Equal(0, run.Load.Counters.RefusedWithoutAdviceCount);
        Assert.True((await run.Silo.GetAsync($"/v1/projects/{project}/metrics/{metric}")).GetProperty("total").GetInt64() > 0);
        disk.Free();
        await run.Load.DeliverAsync(100);
        await run.CheckAsync();
    }

    [Fact]
    public async Task A_silo_killed_on_a_full_disk_starts_there_or_says_why_not_and_has_every_event()
    {
        await using var disk = await MountedFolder.NewAsync(DiskMb);
        await using var run = await FaultRun.StartAsync(Path.Combine(disk.Path, "data"));
        await run.Load.DeliverAsync(100);
        await RefuseAsync(run, disk);
        await run.Silo.KillAsync();
        disk.Fill();

        if (await run.Silo.TryStartAsync())
        {
            await RefuseAsync(run, disk);
            disk.Free();
        }
        else
        {
            Assert.Contains("The start has failed: ", run.Silo.Output, StringComparison.Ordinal);
            disk.Free();
            await run.Silo.StartAsync();
        }

        await run.Load.DeliverAsync(100);
        await run.Silo.KillAsync();
        await run.Silo.StartAsync();
        await run.CheckAsync();
    }

    /// <summary>Fills the disk, again whenever something has become free, until so many requests were refused.</summary>
    private static async Task RefuseAsync(FaultRun run, MountedFolder disk)
    {
        var target = run.Load.Counters.RefusedCount + Refusals;
        await Eventually.TrueAsync(
            () =>
            {
                disk.Fill();
                return run.Load.Counters.RefusedCount >= target;
            },
            run.Load.Counters.ToString);
    }
}

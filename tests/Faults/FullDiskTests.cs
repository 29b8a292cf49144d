// Goal: on a full disk nothing accepted is lost, nothing is accepted that cannot be kept, and with space again all goes on by itself.
using Analytics.Grains.ClickHouse.Embedded;
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
        await run.UntilLiveAsync(project, metric);
        await RefuseAsync(run, disk);

        Assert.Equal(0, run.Load.Counters.RefusedWithoutAdviceCount);
        Assert.InRange(run.Silo.Output.Split("Collector[1210]").Length - 1, 1, Refusals - 1);
        Assert.True((await run.Silo.GetAsync($"/v1/projects/{project}/metrics/{metric}")).GetProperty("total").GetInt64() > 0);
        disk.Free();
        await run.Load.DeliverAsync(100);
        await run.CheckAsync();

        // What the engine knows of its tables must be on the disk too, not in its memory only.
        Assert.Equal(0, await run.Silo.StopAsync());
        await run.Silo.StartAsync();
        await run.CheckAsync();
    }

    [Fact]
    public async Task A_silo_killed_on_a_full_disk_says_why_it_does_not_start_and_has_every_event_when_it_does()
    {
        await using var disk = await MountedFolder.NewAsync(DiskMb);
        await using var run = await FaultRun.StartAsync(Path.Combine(disk.Path, "data"));
        await run.Load.DeliverAsync(100);
        await RefuseAsync(run, disk);
        await run.Silo.KillAsync();
        disk.Fill();

        var (exitCode, output) = await run.Silo.StartAndFailAsync();
        Assert.Equal(1, exitCode);
        Assert.Contains("No space left", Assert.Single(output.Split('\n'), line => line.StartsWith("The start has failed: ", StringComparison.Ordinal)), StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", output, StringComparison.Ordinal);
        disk.Free();
        await run.Silo.StartAsync();
        await run.Load.DeliverAsync(100);
        await run.Silo.KillAsync();
        await run.Silo.StartAsync();
        await run.CheckAsync();
    }

    /// <summary>
    /// Fills the disk, again whenever something has become free, until so many requests were refused. Not at once: a real disk takes its time
    /// from nearly full to full, and what was begun before ends before.
    /// </summary>
    private static async Task RefuseAsync(FaultRun run, MountedFolder disk)
    {
        if (run.Load.Counters.RefusedCount == 0)
        {
            disk.Fill(leaveBytes: FreeSpace.BytesMin / 2);
            await run.Load.DeliverAsync(50);
        }

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

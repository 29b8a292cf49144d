// Goal: a data directory that cannot be written stops a start with one sentence, and a running silo only for as long as it is so.
using Analytics.Tests.Integration;
using Xunit;

namespace Analytics.Tests.Faults;

[Collection("Faults")]
public sealed class ReadOnlyTests
{
    private const int Refusals = 60;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_start_on_a_read_only_directory_ends_with_one_sentence(bool hasData)
    {
        await using var disk = await MountedFolder.NewAsync(sizeMb: 96);
        var directory = Path.Combine(disk.Path, "data");
        await using var silo = RunningSilo.PrepareIn(directory);
        if (hasData)
        {
            await silo.StartAsync();
            Assert.Equal(0, await silo.StopAsync());
        }

        await disk.MakeReadOnlyAsync();
        var (exitCode, output) = await silo.StartAndFailAsync();
        Assert.Equal(1, exitCode);
        var sentence = Assert.Single(output.Split('\n'), line => line.Contains("The start has failed: ", StringComparison.Ordinal));
        Assert.Contains(directory, sentence, StringComparison.Ordinal);
        Assert.Contains("Read-only file system", sentence, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_directory_that_is_read_only_for_a_while_costs_no_event()
    {
        await using var folder = await MountedFolder.NewAsync(sizeMb: 256);
        var directory = Directory.CreateDirectory(Path.Combine(folder.Path, "data")).FullName;
        await using var run = await FaultRun.StartAsync(directory);
        await run.Load.DeliverAsync(100);
        var (project, metric) = run.Load.Promises.Metrics.Keys.First();
        await run.UntilLiveAsync(project, metric);
        await using var cover = await MountedFolder.CoverReadOnlyAsync(directory);

        // Segments that are open go on until they are full; then the log needs a new file.
        await run.Load.RefuseAsync(Refusals);
        Assert.Equal(0, run.Load.Counters.RefusedWithoutAdviceCount);
        Assert.True((await run.Silo.GetAsync($"/v1/projects/{project}/metrics/{metric}")).GetProperty("total").GetInt64() > 0);
        await cover.MakeWritableAsync();
        await run.Load.DeliverAsync(100);
        await run.CheckAsync();
    }
}

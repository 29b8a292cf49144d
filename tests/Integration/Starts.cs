// Goal: a start that cannot go well ends in one sentence that says what to do, and touches nothing.
using Xunit;

namespace Analytics.Tests.Integration;

public sealed class Starts
{
    [Fact]
    public async Task A_log_that_is_gone_from_beside_its_tables_stops_the_start()
    {
        await using var silo = await RunningSilo.StartNewAsync();
        await silo.PostAsync("/v1/events", new StringContent("""{"project":"shop","metric":"purchase","fields":{"a":1}}"""));
        await silo.GetAsync("/v1/projects/shop/metrics/purchase/events");
        Assert.Equal(0, await silo.StopAsync());
        var log = Path.Combine(silo.DataDirectory, "log");
        Directory.Move(log, log + ".away");

        var (exitCode, output) = await silo.StartAndFailAsync();
        Assert.Equal(1, exitCode);
        Assert.Contains("The start has failed: The event log", output, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", output, StringComparison.Ordinal);
        Assert.False(Directory.Exists(log));

        Directory.Move(log + ".away", log);
        await silo.StartAsync();
        Assert.Equal(1, (await silo.GetAsync("/v1/projects/shop/metrics/purchase")).GetProperty("total").GetInt64());
    }

    [Fact]
    public async Task A_setting_out_of_range_stops_the_start_with_its_name_value_and_range()
    {
        await using var silo = RunningSilo.Prepare("--Analytics:Log:Partitions=0", "--Analytics:Flsh:IntervalMs=5");
        var (exitCode, output) = await silo.StartAndFailAsync();
        Assert.Equal(1, exitCode);
        Assert.Contains("Analytics:Log:Partitions", output, StringComparison.Ordinal);
        Assert.Contains("1 to 1,024", output, StringComparison.Ordinal);
        Assert.Contains("Flsh", output, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFileSystemEntries(silo.DataDirectory));
    }

    [Fact]
    public async Task Nothing_of_the_current_directory_is_watched()
    {
        // The current directory is often the one that the data is in, or a large tree.
        await using var silo = await RunningSilo.StartNewAsync();
        var watches = Directory.EnumerateFiles($"/proc/{silo.ProcessId}/fdinfo").SelectMany(ReadLines).Count(line => line.StartsWith("inotify wd:", StringComparison.Ordinal));
        Assert.Equal(0, watches);
    }

    [Fact]
    public async Task A_start_at_the_lower_bounds_succeeds()
    {
        await using var silo = await RunningSilo.StartNewAsync(
            "--Analytics:Metrics:IdleMinutes=1", "--Analytics:Metrics:SnapshotMinutes=1", "--Analytics:Metrics:IdMinutes=1", "--Analytics:Log:Partitions=1",
            "--Analytics:Flush:IntervalMs=10", "--Analytics:Ingest:StallSeconds=1", "--Analytics:Ingest:OpenChunksMax=16", "--Analytics:Ingest:MemoryBytesMax=16777216");
        await silo.PostAsync("/v1/events", new StringContent("""{"project":"shop","metric":"purchase","fields":{"a":1}}"""));
        Assert.Equal(1, (await silo.GetAsync("/v1/projects/shop/metrics/purchase")).GetProperty("total").GetInt64());
    }

    [Fact]
    public async Task A_second_process_on_the_same_data_is_refused()
    {
        await using var silo = await RunningSilo.StartNewAsync();
        await using var second = RunningSilo.Prepare($"--Analytics:DataDirectory={silo.DataDirectory}");
        var (exitCode, output) = await second.StartAndFailAsync();
        Assert.Equal(1, exitCode);
        Assert.Contains(silo.DataDirectory, output, StringComparison.Ordinal);
        Assert.True((await silo.Http.GetAsync(new Uri("/readyz", UriKind.Relative))).IsSuccessStatusCode);
    }

    private static string[] ReadLines(string path)
    {
        try
        {
            return File.ReadAllLines(path);
        }
        catch (IOException)
        {
            // Closed in between.
            return [];
        }
    }
}

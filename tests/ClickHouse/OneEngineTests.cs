// Goal: one engine a process, one process a directory, and a close that lets running statements end. What cannot be had is said in one sentence.
using System.Diagnostics;
using System.Text;
using Analytics.Grains.ClickHouse;
using Analytics.Grains.ClickHouse.Embedded;
using Analytics.Grains.Configuration;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace Analytics.Tests.ClickHouse;

public sealed class OneEngineTests(EngineFixture engine) : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("analytics-one-engine-");

    public void Dispose() => _directory.Delete(recursive: true);

    [Fact]
    public async Task A_second_directory_in_the_same_process_is_refused()
    {
        await engine.OpenAsync();
        var exception = await Assert.ThrowsAsync<ClickHouseException>(() =>
            EmbeddedClickHouse.OpenAsync(new ClickHouseOptions(), _directory.FullName, NullLogger<EmbeddedClickHouse>.Instance));
        Assert.Contains(engine.Directory, exception.Message, StringComparison.Ordinal);
        Assert.Contains(_directory.FullName, exception.Message, StringComparison.Ordinal);
        Assert.Equal("1", await engine.QueryTextAsync("SELECT 1"));
    }

    [Fact]
    public async Task A_directory_another_process_has_is_refused_until_that_one_ends()
    {
        var directory = Path.Combine(_directory.FullName, "clickhouse");
        using var other = Process.Start(new ProcessStartInfo("flock", [directory + ".lock", "sh", "-c", "echo taken; read line"])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        })!;
        Assert.Equal("taken", await other.StandardOutput.ReadLineAsync());
        var exception = Assert.Throws<ClickHouseInUseException>(() => DataDirectoryLock.Take(directory));
        Assert.Contains(directory, exception.Message, StringComparison.Ordinal);
        Assert.Contains("another process", exception.Message, StringComparison.Ordinal);

        await other.StandardInput.WriteLineAsync();
        await other.WaitForExitAsync();
        DataDirectoryLock.Take(directory).Dispose();
    }

    [Fact]
    public void A_lock_is_good_until_it_is_given_back()
    {
        var directory = Path.Combine(_directory.FullName, "clickhouse");
        using (DataDirectoryLock.Take(directory))
        {
            Assert.Throws<ClickHouseInUseException>(() => DataDirectoryLock.Take(directory));
        }

        DataDirectoryLock.Take(directory).Dispose();
    }

    [Fact]
    public void A_directory_that_cannot_be_made_is_refused_in_words()
    {
        var exception = Assert.Throws<ClickHouseException>(() => DataDirectoryLock.Take(Path.Combine(_directory.FullName, "missing", "clickhouse")));
        Assert.Contains("cannot be used", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Closing_lets_the_running_statement_end_and_refuses_the_others()
    {
        var pool = await OpenPoolAsync(connections: 1);
        var running = pool.RunAsync(connection => connection.Query("SELECT sleep(0.5) + 7", "TSV", null), isAwaitedToTheEnd: false, default);
        await WaitUntilAsync(() => pool.RunningCount == 1);
        var waiting = pool.RunAsync(connection => connection.Query("SELECT 1", "TSV", null), isAwaitedToTheEnd: false, default);
        Assert.Equal(1, pool.WaitingCount);

        await pool.DisposeAsync();
        Assert.Equal("7\n", Encoding.UTF8.GetString(await running));
        Assert.Contains("closing", (await Assert.ThrowsAsync<ClickHouseException>(() => waiting)).Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<ClickHouseException>(() => pool.RunAsync(_ => [], isAwaitedToTheEnd: false, default));
        await pool.DisposeAsync();
    }

    [Fact]
    public async Task A_statement_that_must_say_how_it_went_is_awaited_though_cancelled()
    {
        var pool = await OpenPoolAsync(connections: 1);
        using var cancellation = new CancellationTokenSource();
        var running = pool.RunAsync(connection => connection.Query("SELECT sleep(0.3) + 7", "TSV", null), isAwaitedToTheEnd: true, cancellation.Token);
        await WaitUntilAsync(() => pool.RunningCount == 1);
        var waiting = pool.RunAsync(connection => connection.Query("SELECT 1", "TSV", null), isAwaitedToTheEnd: true, cancellation.Token);
        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        Assert.Equal("7\n", Encoding.UTF8.GetString(await running));
        await pool.DisposeAsync();
    }

    [Fact]
    public async Task As_many_statements_run_at_once_as_there_are_connections()
    {
        var pool = await OpenPoolAsync(connections: 3);
        var statements = Enumerable.Range(0, 5)
            .Select(_ => pool.RunAsync(connection => connection.Query("SELECT sleep(0.3)", "TSV", null), isAwaitedToTheEnd: false, default)).ToArray();
        await WaitUntilAsync(() => pool.RunningCount == 3);
        Assert.Equal(2, pool.WaitingCount);
        await Task.WhenAll(statements);
        await pool.DisposeAsync();
        Assert.Equal((0, 0), (pool.RunningCount, pool.WaitingCount));
    }

    private static async Task WaitUntilAsync(Func<bool> condition)
    {
        var deadline = DateTime.UtcNow.AddSeconds(10);
        while (!condition())
        {
            Assert.True(DateTime.UtcNow < deadline, "The condition did not come true within 10 s.");
            await Task.Yield();
        }
    }

    private async Task<ConnectionPool> OpenPoolAsync(int connections)
    {
        // Further connections to the engine that is open: its directory is the one thing they need to name.
        await engine.OpenAsync();
        var arguments = EngineConfig.OwnerArguments(
            Path.Combine(engine.Directory, "clickhouse"), Path.Combine(engine.Directory, "clickhouse-config", "config.xml"));
        return new ConnectionPool("test", [.. Enumerable.Range(0, connections).Select(_ => EmbeddedConnection.Open(arguments))]);
    }
}

// Goal: the tables are said to be as far as the log only when everything that was in it is committed, in every partition.
using Analytics.Silo.Hosting;
using Analytics.Silo.Log;
using Analytics.Silo.Log.File;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace Analytics.Tests.Views.Sinks;

public sealed class LogProgressTests : IAsyncLifetime
{
    private readonly string _directory = Directory.CreateTempSubdirectory("analytics-progress-").FullName;
    private FileEventLog _log = null!;

    public ValueTask InitializeAsync()
    {
        _log = FileEventLog.Open(_directory, new LogOptions { Partitions = 2 }, NullLogger<FileEventLog>.Instance, TimeProvider.System);
        return ValueTask.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        await _log.DisposeAsync();
        Directory.Delete(_directory, recursive: true);
    }

    [Fact]
    public async Task What_is_in_the_log_has_to_be_committed()
    {
        var progress = new LogProgress(_log, TimeProvider.System, TestContext.Current.CancellationToken);
        foreach (var partition in _log.Partitions)
        {
            await _log.AppendAsync(partition, new LogRecord("k"u8.ToArray(), "v"u8.ToArray(), 0));
        }

        var wantedMs = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds() - progress.AppendMs;
        Assert.Equal(0, progress.Reached(wantedMs));
        await _log.CommitAsync(0, 1);
        Assert.Equal(0, progress.Reached(wantedMs));
        await _log.CommitAsync(1, 1);
        await Eventually.TrueAsync(() => progress.Reached(wantedMs) >= wantedMs, "It was not reached.");
        Assert.InRange(progress.Reached(wantedMs), wantedMs, DateTimeOffset.UtcNow.ToUnixTimeMilliseconds() - progress.AppendMs);
    }
}

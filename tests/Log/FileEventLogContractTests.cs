// Goal: the file log keeps the contract of every log.
using Analytics.Silo.Log;
using Analytics.Silo.Log.File;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace Analytics.Tests.Log;

public sealed class FileEventLogContractTests : EventLogContract, IDisposable
{
    private readonly TempDirectory _directory = new();

    [Fact]
    public async Task Headers_are_kept()
    {
        await using var log = await OpenAsync(1);
        var offset = await log.AppendAsync(0, Records.Text("k", "v") with { Headers = "as they are"u8.ToArray() }, Deadline.Token());
        var entry = Assert.Single(await log.ReadAsync(0, offset, 1));
        Assert.Equal("as they are"u8.ToArray(), entry.Record.Headers.ToArray());
        Records.AssertSame(Records.Text("k", "v"), entry.Record);
    }

    public void Dispose() => _directory.Dispose();

    protected override Task<IEventLog> OpenAsync(int partitions) => Task.FromResult<IEventLog>(
        FileEventLog.Open(
            _directory.Path, new LogOptions { Partitions = partitions }, NullLogger<FileEventLog>.Instance, TimeProvider.System));
}

// Goal: the file log keeps the contract of every log.
using Analytics.Silo.Log;
using Analytics.Silo.Log.File;
using Microsoft.Extensions.Logging.Abstractions;

namespace Analytics.Tests.Log;

public sealed class FileEventLogContractTests : EventLogContract, IDisposable
{
    private readonly TempDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    protected override Task<IEventLog> OpenAsync(int partitions) => Task.FromResult<IEventLog>(
        FileEventLog.Open(
            _directory.Path, new LogOptions { Partitions = partitions }, NullLogger<FileEventLog>.Instance, TimeProvider.System));
}

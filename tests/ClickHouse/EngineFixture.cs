// Goal: one real embedded ClickHouse for the whole test run. The engine has one data directory a process (a second directory is refused until
// the first is closed), so tests share it and each makes databases of its own.
using System.Text;
using Analytics.Grains.ClickHouse;
using Analytics.Grains.ClickHouse.Embedded;
using Analytics.Grains.Configuration;
using Analytics.Tests.ClickHouse;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

[assembly: AssemblyFixture(typeof(EngineFixture))]

namespace Analytics.Tests.ClickHouse;

/// <summary>Opens the engine when the first test asks for it, and closes it after the last. Take it as a constructor argument.</summary>
public sealed class EngineFixture : IAsyncDisposable
{
    /// <summary>Limits of users' queries, small enough that tests reach them fast.</summary>
    public static readonly ClickHouseOptions Options = new()
    {
        QuerySecondsMax = 2,
        QueryRowsMax = 1000,
        QueryBytesMax = 1024 * 1024,
        LargePartBytes = 20_000_000,
        SlowDirectory = Path.Combine(Path.GetTempPath(), "analytics-engine-slow-" + Guid.NewGuid().ToString("N")),
    };

    private readonly Lazy<Task<EmbeddedClickHouse>> _engine;
    private int _databaseCount;

    public EngineFixture()
    {
        Directory = Path.Combine(Path.GetTempPath(), "analytics-engine-" + Guid.NewGuid().ToString("N"));
        _engine = new Lazy<Task<EmbeddedClickHouse>>(
            () => EmbeddedClickHouse.OpenAsync(Options, Directory, NullLogger<EmbeddedClickHouse>.Instance));
    }

    /// <summary>The engine's data directory.</summary>
    public string Directory { get; }

    /// <summary>The engine, open.</summary>
    public Task<EmbeddedClickHouse> OpenAsync() => _engine.Value;

    /// <summary>A new, empty database, with a name no other test has.</summary>
    public async Task<string> NewDatabaseAsync()
    {
        var name = "t" + Interlocked.Increment(ref _databaseCount);
        await (await OpenAsync()).ExecuteAsync($"CREATE DATABASE {SqlText.Identifier(name)}");
        return name;
    }

    /// <summary>A query's answer as text, tab-separated.</summary>
    public async Task<string> QueryTextAsync(string sql, IReadOnlyDictionary<string, string>? parameters = null) =>
        Encoding.UTF8.GetString(await (await OpenAsync()).QueryAsync(sql, "TSVRaw", parameters)).TrimEnd('\n');

    public async ValueTask DisposeAsync()
    {
        if (_engine.IsValueCreated)
        {
            await (await _engine.Value).DisposeAsync();
            System.IO.Directory.Delete(Directory, recursive: true);
            System.IO.Directory.Delete(Options.SlowDirectory!, recursive: true);
        }
    }
}

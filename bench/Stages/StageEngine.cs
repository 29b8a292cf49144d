using Analytics.Grains.ClickHouse;
using Analytics.Grains.ClickHouse.Embedded;
using Analytics.Grains.Configuration;
using Analytics.Grains.Metrics;
using Analytics.Grains.Tables;
using Microsoft.Extensions.Logging.Abstractions;

namespace Analytics.Bench.Stages;

/// <summary>The embedded engine in this process, on a directory of its own, and what metrics share.</summary>
internal sealed class StageEngine : IAsyncDisposable
{
    private readonly DirectoryInfo _directory;
    private readonly EmbeddedClickHouse _clickHouse;

    private StageEngine(DirectoryInfo directory, EmbeddedClickHouse clickHouse)
    {
        (_directory, _clickHouse) = (directory, clickHouse);
        Inserts = new InsertScheduler(clickHouse, 10_000, 4, TimeProvider.System);
        Services = new MetricServices(
            clickHouse, Inserts, new FlushOptions(), new MetricOptions(), new LimitsOptions(), TimeProvider.System, NullLoggerFactory.Instance, new MetricInstruments());
    }

    /// <summary>The engine.</summary>
    public IClickHouse ClickHouse => _clickHouse;

    /// <summary>The budget of inserts, far beyond what is used.</summary>
    public InsertScheduler Inserts { get; }

    /// <summary>What metrics share.</summary>
    public MetricServices Services { get; }

    /// <summary>Opens it.</summary>
    public static async Task<StageEngine> OpenAsync()
    {
        var directory = Directory.CreateTempSubdirectory("analytics-bench-");
        var clickHouse = await EmbeddedClickHouse.OpenAsync(new ClickHouseOptions(), directory.FullName, NullLogger<EmbeddedClickHouse>.Instance);
        await SystemTables.EnsureAsync(clickHouse, CancellationToken.None);
        return new StageEngine(directory, clickHouse);
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        Inserts.Dispose();
        await _clickHouse.DisposeAsync();
        _directory.Delete(recursive: true);
    }
}

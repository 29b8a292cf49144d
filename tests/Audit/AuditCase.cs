using System.Globalization;
using System.Text;
using Analytics.GrainInterfaces;
using Analytics.GrainInterfaces.Batches;
using Analytics.Grains.ClickHouse;
using Analytics.Grains.Configuration;
using Analytics.Grains.Metrics;
using Analytics.Grains.Projects;
using Analytics.Grains.Tables;
using Analytics.Silo.Audit;
using Analytics.Silo.Ingest.Decode;
using Analytics.Silo.Log;
using Analytics.Silo.Log.File;
using Analytics.Tests.ClickHouse;
using Analytics.Tests.Log;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace Analytics.Tests.Audit;

/// <summary>A real log and real tables, filled by the product's own decoder and pipelines, then audited.</summary>
internal sealed class AuditCase : IAsyncDisposable
{
    private const long FirstMs = 1_800_000_000_000;

    private static int _cases;

    private readonly TempDirectory _directory = new();
    private readonly Dictionary<string, MetricPipeline> _pipelines = new(StringComparer.Ordinal);
    private readonly InsertScheduler _inserts;
    private readonly MetricInstruments _instruments = new();
    private readonly FileEventLog _file;
    private long _nowMs = FirstMs;

    private AuditCase(IClickHouse clickHouse, LogOptions options)
    {
        var number = Interlocked.Increment(ref _cases);
        ClickHouse = clickHouse;
        Project = string.Create(CultureInfo.InvariantCulture, $"audit{number}");
        Partition = 100_000 + (number * 10);
        _inserts = new InsertScheduler(clickHouse, 10_000, 4, TimeProvider.System);
        _file = FileLogs.Open(_directory.Path, options);
    }

    public IClickHouse ClickHouse { get; }

    public string Project { get; }

    /// <summary>The log's partition 0; 1 and so on follow.</summary>
    public int Partition { get; }

    public IEventLog Log => new ShiftedLog(_file, Partition);

    /// <summary>The data directory of the log.</summary>
    public string Directory => _directory.Path;

    /// <summary>What the log's silo would warn of.</summary>
    public IReadOnlyList<string> LogDamage => _file.Damage;

    /// <summary>Time of the next record.</summary>
    public long NowMs => _nowMs;

    public static async Task<AuditCase> NewAsync(EngineFixture engine, LogOptions? options = null)
    {
        var clickHouse = await engine.OpenAsync();
        await SystemTables.EnsureAsync(clickHouse, CancellationToken.None);
        return new AuditCase(clickHouse, options ?? FileLogs.Small);
    }

    /// <summary>One event; what is not given is left out.</summary>
    public string Event(string metric, int value, string? id = null) =>
        $"{{\"project\":\"{Project}\",\"metric\":\"{metric}\"{(id is null ? string.Empty : $",\"id\":\"{id}\"")},\"fields\":{{\"v\":{value}}}}}";

    /// <summary>The table of a metric, quoted.</summary>
    public string Table(string metric) => SqlText.Table(Project, TableName.Of(Project, metric));

    /// <summary>Appends a message, a second after the one before.</summary>
    public Task<long> SendAsync(params string[] events) => SendAsync(0, events);

    public async Task<long> SendAsync(int partition, string[] events)
    {
        var value = Encoding.UTF8.GetBytes(string.Join('\n', events));
        var offset = await _file.AppendAsync(partition, new LogRecord(default, value, _nowMs));
        _nowMs += 1000;
        return offset;
    }

    /// <summary>Takes what is not committed into the tables, and commits it unless told not to.</summary>
    public async Task IngestAsync(bool commits = true)
    {
        foreach (var partition in _file.Partitions)
        {
            var end = await _file.ReadEndAsync(partition);
            var decoder = new ChunkDecoder(new LimitsOptions());
            await using var reader = _file.OpenReader(partition, await _file.ReadCommittedAsync(partition));
            for (var next = await _file.ReadCommittedAsync(partition); next < end;)
            {
                foreach (var entry in await reader.ReadAsync(1024 * 1024))
                {
                    decoder.Decode(entry);
                    next = entry.Offset + 1;
                }
            }

            foreach (var batch in decoder.Finish(Partition + partition, 0, new PrecedingOffsets(1, 0)))
            {
                await TakeAsync(batch);
            }

            if (commits)
            {
                await _file.CommitAsync(partition, end);
            }
        }
    }

    /// <summary>Runs SQL, for planting faults.</summary>
    public Task SqlAsync(string sql) => ClickHouse.ExecuteAsync(sql);

    public Task<AuditReport> AuditAsync(AuditRange? range = null, Func<CancellationToken, Task>? settle = null) =>
        new LogAudit(Log, ClickHouse, new LimitsOptions(), TimeProvider.System, settle)
            .RunAsync((range ?? new AuditRange()) with { Partition = range?.Partition ?? Partition });

    /// <summary>The faults as short texts: kind, project/metric, offset:index, id.</summary>
    public IEnumerable<string> Faults(AuditReport report) => report.Faults.Select(fault => string.Create(
        CultureInfo.InvariantCulture,
        $"{fault.Kind} {fault.Project?.Replace(Project, "p", StringComparison.Ordinal)}/{fault.Metric} {fault.Partition - Partition}:{fault.Offset}:{fault.Seq} '{fault.Id}'"));

    public async ValueTask DisposeAsync()
    {
        await _file.DisposeAsync();
        _inserts.Dispose();
        _instruments.Dispose();
        _directory.Dispose();
    }

    private async Task TakeAsync(EventBatch batch)
    {
        var pipeline = await PipelineAsync(batch.Key);
        Assert.True(pipeline.TryTake(batch, out var gap), gap);
        while (!pipeline.IsDrained)
        {
            using var turn = pipeline.BufferedRows > 0 ? await _inserts.WaitTurnAsync(InsertUrgency.Aged) : null;
            Assert.True(pipeline.TryTakeBlock(out var block));
            var outcome = await pipeline.WriteAsync(block, turn, CancellationToken.None);
            pipeline.Complete(block, outcome);
        }
    }

    private async Task<MetricPipeline> PipelineAsync(string key)
    {
        if (_pipelines.TryGetValue(key, out var pipeline))
        {
            return pipeline;
        }

        var (project, metric) = MetricKey.Split(key);
        var services = new MetricServices(
            ClickHouse, _inserts, new FlushOptions(), new MetricOptions(), new LimitsOptions(), TimeProvider.System, NullLoggerFactory.Instance, _instruments);
        _pipelines.Add(key, pipeline = new MetricPipeline(project, metric, services));
        await pipeline.LoadAsync(CancellationToken.None);
        if (project == Project)
        {
            await new CatalogStore(ClickHouse, TimeProvider.System).AddMetricAsync(project, metric);
        }

        return pipeline;
    }
}

using Analytics.GrainInterfaces.Batches;
using Analytics.Grains.ClickHouse;
using Analytics.Grains.ClickHouse.Embedded;
using Analytics.Grains.Metrics;
using Analytics.Grains.Tables;
using Analytics.Tests.ClickHouse;
using Analytics.Tests.Columns;
using Analytics.Tests.Metrics;
using Xunit;

namespace Analytics.Tests.Tables;

/// <summary>
/// A metric on the real engine whose statements may fail and whose table somebody else changes. It starts anew where its actor would, and takes again what
/// was not acknowledged. Its database is not there at first.
/// </summary>
internal sealed class DisturbedMetric
{
    private const int RestartsMax = 5;

    private readonly EmbeddedClickHouse _engine;
    private readonly string _project;
    private readonly OneMetric _metric;
    private readonly List<EventBatch> _batches = [];
    private bool _isDisturbanceDue;

    private DisturbedMetric(EmbeddedClickHouse engine, string project)
    {
        (_engine, _project) = (engine, project);
        ClickHouse = new FaultyClickHouse(engine);
        _metric = new OneMetric(ClickHouse, project, new ImpatientTime());
    }

    /// <summary>What the metric speaks to.</summary>
    public FaultyClickHouse ClickHouse { get; }

    /// <summary>The pipeline that lives.</summary>
    public MetricPipeline Live => _metric.Live;

    /// <summary>What went wrong and was tried again.</summary>
    public FailureLog Failures => _metric.Failures;

    public static async Task<DisturbedMetric> CreateAsync(EngineFixture engine)
    {
        var metric = new DisturbedMetric(await engine.OpenAsync(), await engine.NewDatabaseAsync());
        await metric.ChangeAsync("DROP DATABASE $ SYNC");
        await metric._metric.StartAsync();
        return metric;
    }

    /// <summary>Takes an event.</summary>
    public void Take(params (string Name, TestValue Value)[] fields)
    {
        var offset = _batches.Count;
        var row = new TestRow { Offset = offset, Fields = fields.ToDictionary(field => field.Name, field => field.Value) };
        _batches.Add(_metric.Batch(new BatchOrigin(0, 1, 0, -1, offset, 0), row));
        _metric.Take(_batches[^1]);
    }

    /// <summary>Writes everything; where the plan cannot be carried out, it begins anew from the table.</summary>
    /// <returns>How often it did.</returns>
    public async Task<int> DrainAsync()
    {
        for (var restarts = 0; ; restarts++)
        {
            try
            {
                await _metric.DrainAsync().WithinDeadline();
                return restarts;
            }
            catch (TableChangedException) when (restarts < RestartsMax)
            {
                await RestartAsync();
            }
            catch (TimeoutException)
            {
                Assert.Fail($"Not written in time. {string.Join('\n', Failures.Messages.TakeLast(3))}");
            }
        }
    }

    /// <summary>A new activation, which is handed again what was not acknowledged.</summary>
    public async Task RestartAsync()
    {
        await _metric.StartAsync();
        var acknowledged = _metric.Acknowledged.Select(owed => owed.ChunkId).ToHashSet();
        foreach (var batch in _batches.Where(batch => !acknowledged.Contains(batch.Origin.ChunkId)))
        {
            _metric.Take(batch);
        }
    }

    /// <summary>Saves the live state as of now.</summary>
    public Task SaveAsync() => Live.SaveAsync(Live.Capture()!, CancellationToken.None);

    /// <summary>Somebody else's statements; <c>$</c> is the project, <c>$$</c> the table.</summary>
    public async Task ChangeAsync(string sql)
    {
        foreach (var statement in sql.Replace("$$", _metric.Table, StringComparison.Ordinal).Replace("$", _project, StringComparison.Ordinal).Split(';'))
        {
            await _engine.ExecuteAsync(statement);
        }
    }

    /// <summary>Somebody else comes in just before the next statement of ours that has these words.</summary>
    public void JustBefore(string words, string sql)
    {
        _isDisturbanceDue = true;
        ClickHouse.BeforeStatement = statement =>
        {
            if (_isDisturbanceDue && statement.Contains(words, StringComparison.Ordinal))
            {
                Disturb(sql);
            }

            return null;
        };
    }

    /// <summary>Somebody else comes in just before the next insert.</summary>
    public void JustBeforeInsert(string sql)
    {
        _isDisturbanceDue = true;
        ClickHouse.BeforeInsert = () =>
        {
            if (_isDisturbanceDue)
            {
                Disturb(sql);
            }

            return null;
        };
    }

    /// <summary>The next insert takes effect, does not say so, and then somebody else comes in.</summary>
    public void JustAfterInsertOfUnknownOutcome(string sql)
    {
        _isDisturbanceDue = true;
        ClickHouse.AfterInsert = () =>
        {
            if (!_isDisturbanceDue)
            {
                return null;
            }

            Disturb(sql);
            return FaultyClickHouse.Unknown();
        };
    }

    /// <summary>Texts that an expression has, in the order of the rows.</summary>
    public async Task<string?[]> ReadAsync(string expression) =>
        [.. (await _engine.ReadRowsAsync($"SELECT {expression} FROM {_metric.Table} ORDER BY _offset")).Select(row => row[0])];

    /// <summary>The table's columns that are not fixed: name and type.</summary>
    public async Task<string[]> ReadColumnsAsync() =>
    [
        .. (await _engine.ReadRowsAsync(
            $"SELECT concat(name, ' ', type) FROM system.columns WHERE database = '{_project}' AND table = 'm' AND NOT startsWith(name, '_') ORDER BY position"))
            .Select(row => row[0]!),
    ];

    /// <summary>What the system's table of fields has of it: name and newest type.</summary>
    public async Task<string[]> ReadFieldsAsync() =>
    [
        .. (await _engine.ReadRowsAsync($"SELECT concat(field, ' ', type) FROM analytics.fields FINAL WHERE project = '{_project}' AND metric = 'm' ORDER BY field"))
            .Select(row => row[0]!),
    ];

    /// <summary>Every event but the lost ones is in the table once, everything was acknowledged in order, and the live state is what the table says.</summary>
    public async Task AssertWholeAsync(int lostRows = 0)
    {
        Assert.False(_isDisturbanceDue, "Nobody came in.");
        Calm();
        await _metric.AssertLiveEqualsTableAsync();
        Assert.Equal(_batches.Count - lostRows, Live.Describe().Total);
        Assert.Equal(_batches.Select(batch => batch.Origin.ChunkId), _metric.Acknowledged.Select(owed => owed.ChunkId));
        var offsets = await ReadAsync("toString(_offset)");
        Assert.Equal(offsets.Distinct(), offsets);
        Assert.All(Live.DescribeSchema().Columns, column => Assert.True(column.InTable, column.Name));
        Assert.Subset((await ReadColumnsAsync()).ToHashSet(), Live.DescribeSchema().Columns.Select(column => $"{column.Name} {column.ClickHouseType}").ToHashSet());
    }

    private void Calm()
    {
        ClickHouse.BeforeStatement = _ => null;
        ClickHouse.AfterStatement = _ => null;
        ClickHouse.BeforeInsert = () => null;
        ClickHouse.AfterInsert = () => null;
    }

    private void Disturb(string sql)
    {
        _isDisturbanceDue = false;
        ChangeAsync(sql).GetAwaiter().GetResult();
    }
}

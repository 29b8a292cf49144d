using Analytics.GrainInterfaces.Batches;
using Analytics.Grains.ClickHouse;
using Analytics.Grains.Columns;
using Analytics.Grains.Configuration;
using Analytics.Grains.Metrics;
using Analytics.Grains.Tables;
using Analytics.Tests.ClickHouse;
using Analytics.Tests.Columns;
using Xunit;

namespace Analytics.Tests.Metrics;

/// <summary>A metric's table on the real engine, and the writer that fills it.</summary>
internal sealed class WrittenMetric : IDisposable
{
    private readonly EngineFixture _engine;
    private readonly string _project;
    private readonly string _metric;
    private readonly MetricServices _services;

    private WrittenMetric(EngineFixture engine, IClickHouse clickHouse, string project, string metric, bool canRefuse)
    {
        (_engine, _project, _metric) = (engine, project, metric);
        ClickHouse = new FaultyClickHouse(clickHouse);
        Inserts = new InsertScheduler(ClickHouse, 10_000, 4, Time);
        _services = new MetricServices(
            ClickHouse, Inserts, new FlushOptions(), new MetricOptions(), new LimitsOptions(), Time, Failures, new MetricInstruments())
        {
            RefusedRows = canRefuse ? Refused : null,
            Random = new Random(1),
        };
        Writer = new BlockWriter(new MetricStore(_services, project, metric), _services);
    }

    public FaultyClickHouse ClickHouse { get; }

    public InsertScheduler Inserts { get; }

    public RefusedRowsDouble Refused { get; } = new();

    public FailureLog Failures { get; } = new();

    public ImpatientTime Time { get; } = new();

    public BlockWriter Writer { get; }

    public string Table => Place.QuotedName;

    /// <summary>Where it is.</summary>
    public TablePlace Place => new(ServerLayout.Lazy, _project, _metric);

    public static async Task<WrittenMetric> CreateAsync(EngineFixture engine, bool canRefuse = true, string? project = null, string metric = "m")
    {
        var clickHouse = await engine.OpenAsync();
        await SystemTables.EnsureAsync(clickHouse, CancellationToken.None);
        return new WrittenMetric(engine, clickHouse, project ?? await engine.NewDatabaseAsync(), metric, canRefuse);
    }

    /// <summary>A block of rows with a number <c>n</c> each, the row's own offset by default, in batches of some rows.</summary>
    public PendingBlock Block(IEnumerable<TestRow> rows, params TableColumn[] columns) => new(
        [.. rows.Chunk(300).Select((some, i) => new BatchRows(Batches.Of(new BatchOrigin(0, 1, 0, -1, i, 0), some, _project, _metric), null))],
        columns.Length == 0 ? [new TableColumn("n", ColumnType.Int64)] : columns, 1, [])
    {
        InsertedSeconds = 1_800_000_000,
    };

    /// <summary>Rows with <c>n</c> from <paramref name="first"/> on, each at an offset of its own.</summary>
    public static IEnumerable<TestRow> Rows(int first, int count) => Enumerable.Range(first, count).Select(n => Row(n, n));

    public static TestRow Row(long offset, long n, int sequence = 0) =>
        new() { Offset = offset, Sequence = sequence, Fields = new Dictionary<string, TestValue> { ["n"] = TestValue.Int(n) } };

    /// <summary>Writes a block with a turn of its own; the turn is given back whatever comes.</summary>
    public async Task<WriteOutcome> WriteAsync(PendingBlock block, CancellationToken cancellationToken = default)
    {
        var turn = await Inserts.WaitTurnAsync(InsertUrgency.Aged, cancellationToken: CancellationToken.None);
        var writing = Writer.WriteAsync(block, turn, cancellationToken);
        await ((Task)writing.WithinDeadline()).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        Assert.True(writing.IsCompleted, $"Not written in time. {string.Join('\n', Failures.Messages)}");
        Assert.Equal(0, Inserts.InFlightCount);
        return await writing;
    }

    /// <summary>Runs DDL; <c>$</c> is the project, <c>$$</c> the table.</summary>
    public async Task ChangeAsync(string sql)
    {
        foreach (var statement in sql.Replace("$$", Table, StringComparison.Ordinal).Replace("$", _project, StringComparison.Ordinal).Split(';'))
        {
            await (await _engine.OpenAsync()).ExecuteAsync(statement);
        }
    }

    /// <summary>Numbers in the table, in order.</summary>
    public async Task<long[]> ReadAsync() =>
        [.. (await ClickHouse.ReadRowsAsync($"SELECT toString(assumeNotNull(n)) FROM {Table} ORDER BY assumeNotNull(n)"))
            .Select(row => long.Parse(row[0]!, System.Globalization.CultureInfo.InvariantCulture))];

    /// <summary>Parts that were ever inserted and are there now.</summary>
    public Task<string> PartsAsync() => _engine.QueryTextAsync(
        $"SELECT count(), sum(rows) FROM system.parts WHERE active AND database = '{_project}' AND table = '{_metric}'");

    /// <summary>The trigger of every failure that was noted.</summary>
    public bool HasLogged(string words) => Failures.Messages.Any(message => message.Contains(words, StringComparison.Ordinal));

    public void Dispose()
    {
        Inserts.Dispose();
        _services.Instruments.Dispose();
    }
}

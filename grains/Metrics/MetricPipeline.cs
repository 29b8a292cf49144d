using System.Diagnostics.CodeAnalysis;
using Analytics.GrainInterfaces.Batches;
using Analytics.GrainInterfaces.Ledger;
using Analytics.GrainInterfaces.Live;
using Analytics.GrainInterfaces.Schema;
using Analytics.Grains.Live;
using Analytics.Grains.Live.Rebuild;
using Analytics.Grains.Tables;
using Microsoft.Extensions.Logging;

namespace Analytics.Grains.Metrics;

/// <summary>
/// Everything a metric's actor does, without the actor: takes batches, keeps the live state, buffers rows, hands out blocks, writes them.
/// All but <see cref="WriteAsync"/> belongs to the actor's turn; <see cref="WriteAsync"/> runs beside it, one block at a time.
/// </summary>
internal sealed class MetricPipeline
{
    private readonly MetricServices _services;
    private readonly TableStore _table;
    private readonly BlockWriter _writer;
    private readonly IdWindow _ids;
    private readonly RowFilter _filter;
    private readonly PositionBook _positions = new();
    private readonly RowBuffer _buffer = new();
    private LiveMetric _live = new();
    private TablePlan _plan;
    private int _tableVersion;
    private long _freshnessMs;
    private PendingBlock? _inFlight;

    /// <summary>An empty pipeline; <see cref="LoadAsync"/> comes first.</summary>
    public MetricPipeline(string project, string metric, MetricServices services)
    {
        Project = project;
        Metric = metric;
        _services = services;
        _table = new TableStore(services.ClickHouse, project, TableName.Of(project, metric));
        _writer = new BlockWriter(
            _table, services.Inserts, services.Time, services.Instruments, services.Loggers.CreateLogger<BlockWriter>());
        _ids = new IdWindow(services.Metrics.IdsMax);
        _filter = new RowFilter(_ids);
        _plan = NewPlan(null);
    }

    /// <summary>The project.</summary>
    public string Project { get; }

    /// <summary>The metric.</summary>
    public string Metric { get; }

    /// <summary>Whether the table was there at load, or rows have been taken since.</summary>
    public bool Exists { get; private set; }

    /// <summary>Events dropped because an earlier one had the same id; given at load, counted from there.</summary>
    public long Duplicates { get; private set; }

    /// <summary>Rows taken since load.</summary>
    public long TakenRows { get; private set; }

    /// <summary>Of <see cref="TakenRows"/>, those that are in the table.</summary>
    public long WrittenRows { get; private set; }

    /// <summary>Rows in the table.</summary>
    public long DurableRows { get; private set; }

    /// <summary>Whether nothing waits to be inserted or acknowledged.</summary>
    public bool IsDrained => _buffer.IsEmpty;

    /// <summary>Whether all rows are written and only acknowledgements are due.</summary>
    public bool OwesOnly => _buffer.RowCount == 0 && !_buffer.IsEmpty;

    /// <summary>Whether the buffer takes another batch.</summary>
    public bool HasRoom => _buffer.SizeBytes < _services.Metrics.BufferBytesMax;

    /// <summary>Whether an insert is due without waiting for the interval.</summary>
    public bool IsBlockFull => _buffer.RowCount >= _services.Flush.RowsMax || _buffer.SizeBytes >= _services.Flush.BytesMax;

    /// <summary>Reads the table: columns, positions, ids, and the live state they give.</summary>
    /// <param name="duplicates">The count kept from before.</param>
    /// <param name="cancellationToken">Gives up; load again before use.</param>
    public async Task LoadAsync(long duplicates, CancellationToken cancellationToken)
    {
        Duplicates = duplicates;
        if (await _table.ReadAsync(cancellationToken) is not { } description)
        {
            return;
        }

        _plan = NewPlan(description);
        _positions.Restore(await _table.ReadPositionsAsync(cancellationToken));
        _live = await new LiveRebuild(_services.ClickHouse, _services.Time).FromTableAsync(_table.QuotedName, _plan.Columns, cancellationToken);
        await IdRebuild.FillAsync(_services.ClickHouse, _table.QuotedName, _services.Metrics.IdsMax, _ids, cancellationToken);
        _tableVersion = _plan.Version;
        DurableRows = _live.Total;
        Exists = true;
    }

    /// <summary>Takes a batch into live state and buffer, but for rows that were taken before.</summary>
    /// <param name="batch">The batch.</param>
    /// <param name="gap">What is missing before it; the batch was not taken then, and is not to be acknowledged.</param>
    public bool TryTake(EventBatch batch, [NotNullWhen(false)] out string? gap)
    {
        var origin = batch.Origin;
        if (_positions.HasGapBefore(origin))
        {
            gap = $"{batch.Key} was handed offset {origin.Preceding} of partition {origin.Partition} in epoch {origin.Epoch} and has it neither " +
                $"in memory nor in its table (it has {_positions.TakenOffset(origin.Partition)}).";
            _services.Instruments.Gap();
            return false;
        }

        var rows = _filter.Keep(batch, _positions.TakenOffset(origin.Partition), out var duplicates);
        _positions.Take(origin.Partition, batch.Offsets[^1]);
        var lateColumns = _plan.LateColumnCount;
        _live.Apply(rows, _plan);
        _buffer.Add(rows, _plan, startsBlock: _plan.LateColumnCount > lateColumns);
        _services.Instruments.Taken(rows.Count, duplicates, batch.Count - rows.Count - duplicates);
        Duplicates += duplicates;
        TakenRows += rows.Count;
        Exists |= rows.Count > 0;
        _freshnessMs = Math.Max(0, _services.Time.GetUtcNow().ToUnixTimeMilliseconds() - batch.Received[^1]);
        gap = null;
        return true;
    }

    /// <summary>Takes the next block out of the buffer. The one before must be complete.</summary>
    public bool TryTakeBlock([NotNullWhen(true)] out PendingBlock? block)
    {
        if (_buffer.IsEmpty)
        {
            block = null;
            return false;
        }

        block = _inFlight = _buffer.Take(_services.Flush.RowsMax);
        return true;
    }

    /// <summary>Writes a block; see <see cref="BlockWriter.WriteAsync"/>. Off the actor's turn.</summary>
    public Task WriteAsync(PendingBlock block, CancellationToken cancellationToken) =>
        block.RowCount == 0 ? Task.CompletedTask : _writer.WriteAsync(block, cancellationToken);

    /// <summary>Notes that a block's rows are in the table.</summary>
    public void Complete(PendingBlock block)
    {
        _inFlight = null;
        DurableRows += block.RowCount;
        WrittenRows += block.RowCount;
        foreach (var (partition, (_, last)) in block.Ranges)
        {
            _positions.MakeDurable(partition, last);
        }

        if (block.RowCount > 0)
        {
            _tableVersion = block.PlanVersion;
        }
    }

    /// <summary>Takes back acknowledgements that did not reach their ledger; they are due again with the next block.</summary>
    public void Return(IEnumerable<BatchAcknowledgement> acknowledgements) => _buffer.Return(acknowledgements);

    /// <summary>The partitions and epochs whose ledgers wait for this metric.</summary>
    public IReadOnlyCollection<(int Partition, long Epoch)> DescribeOwed() =>
        [.. _buffer.Acknowledgements.Concat(_inFlight?.Acknowledgements ?? []).Select(owed => (owed.Partition, owed.Epoch)).Distinct()];

    /// <summary>The live state as of now.</summary>
    public MetricSnapshot Describe()
    {
        var nowMs = _services.Time.GetUtcNow().ToUnixTimeMilliseconds();
        return new MetricSnapshot
        {
            Project = Project,
            Metric = Metric,
            Total = _live.Total,
            Duplicates = Duplicates,
            FirstMs = _live.FirstMs,
            LastMs = _live.LastMs,
            RateSecond = _live.Seconds.SumBefore(nowMs, 1),
            RateMinute = _live.Seconds.SumBefore(nowMs, 60),
            DurableRows = DurableRows,
            DurablePositions = _positions.DescribeDurable(),
            FreshnessMs = _freshnessMs,
            Fields = _live.DescribeFields(_plan),
        };
    }

    /// <summary>The table's columns as of now.</summary>
    public MetricSchema DescribeSchema() => new()
    {
        Project = Project,
        Metric = Metric,
        Table = _table.Table,
        Version = _tableVersion,
        Columns =
        [
            .. _plan.Columns.Select(column => new SchemaColumn(
                column.Name, ColumnLabel.Of(column.Type), Columns.ColumnTypeText.ToSql(column.Type),
                _live.Extra.GetValueOrDefault(column.Name), _table.Has(column))),
        ],
        Extra =
        [
            .. _live.Extra.Where(pair => _plan.IndexOf(pair.Key) < 0).OrderBy(pair => pair.Key, StringComparer.Ordinal)
                .Select(pair => new ExtraField(pair.Key, pair.Value, WhyExtra(pair.Key))),
        ],
    };

    private string WhyExtra(string name) =>
        _plan.WithoutColumn.GetValueOrDefault(name) ?? _plan.WhyNoColumn(name)
        ?? (EngineNames.IsNested(name) ? ExtraReason.ReservedName : ExtraReason.EmptyArray);

    private TablePlan NewPlan(TableDescription? description) => new(
        description?.Columns ?? SystemTables.ColumnsOf(Project, Metric), _services.Limits.ColumnsMax, description?.ForeignNames ?? []);
}

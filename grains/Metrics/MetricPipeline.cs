using System.Diagnostics.CodeAnalysis;
using Analytics.GrainInterfaces;
using Analytics.GrainInterfaces.Batches;
using Analytics.GrainInterfaces.Ledger;
using Analytics.GrainInterfaces.Live;
using Analytics.GrainInterfaces.Schema;
using Analytics.Grains.ClickHouse;
using Analytics.Grains.Columns;
using Analytics.Grains.Live;
using Analytics.Grains.Live.Snapshot;
using Analytics.Grains.Metrics.Activities;
using Analytics.Grains.Tables;

namespace Analytics.Grains.Metrics;

/// <summary>
/// Everything a metric's actor does, without the actor: takes batches, keeps the live state, buffers rows, hands out blocks, writes them.
/// All but <see cref="WriteAsync"/> belongs to the actor's turn; <see cref="WriteAsync"/> runs beside it, one block at a time.
/// </summary>
internal sealed partial class MetricPipeline
{
    private readonly MetricServices _services;
    private readonly IMetricStore _store;
    private readonly BlockWriter _writer;
    private readonly MetricActivity _activity;
    private readonly PositionBook _positions = new();
    private readonly RowBuffer _buffer = new();
    private RowFilter _filter = null!;
    private LiveMetric _live = new();
    private TablePlan _plan;
    private DuplicateCount _settled = DuplicateCount.None;
    private int _tableVersion;
    private uint _lastInsertedSeconds;
    private long _freshnessMs;
    private DayRows? _days;
    private PendingBlock? _inFlight;
    private long _inFlightBytes;

    /// <summary>An empty pipeline; <see cref="LoadAsync"/> comes first.</summary>
    public MetricPipeline(string project, string metric, MetricServices services)
    {
        Project = project;
        Metric = metric;
        _services = services;
        _store = services.OpenStore(project, metric);
        _writer = new BlockWriter(_store, services);
        _activity = services.Activities.Open(project, metric);
        _plan = NewPlan(null, SchemaRules.None);
        Views = NewViews();
    }

    /// <summary>The project.</summary>
    public string Project { get; }

    /// <summary>The metric.</summary>
    public string Metric { get; }

    /// <summary><c>project/metric</c>.</summary>
    public string Key => MetricKey.Of(Project, Metric);

    /// <summary>Rows of the table that live state does not know of, less those it knows of and the table does not have; as last measured, 0 before.</summary>
    public long Drift { get; private set; }

    /// <summary>Rows that the live state has and that the table has deleted by its policy, as last measured: the live state is to be made anew then.</summary>
    public long ExpiredRows { get; private set; }

    /// <summary>Days after which the table deletes rows; <see langword="null"/> when it does not.</summary>
    public int? DeleteAfterDays => (Settings.Retention ?? ProjectRetention)?.DeleteAfterDays;

    /// <summary>Whether the table, or a column of it, was found missing: the live state has values that are gone.</summary>
    public bool HasLostData => _store.HasLostData;

    /// <summary>Whether the table was there at load, or rows have been taken since.</summary>
    public bool Exists { get; private set; }

    /// <summary>Events dropped because an earlier one had the same id; given at load, counted from there.</summary>
    public long Duplicates { get; private set; }

    /// <summary>Whether there is a snapshot that the next activation can begin with.</summary>
    public bool IsSaved { get; private set; } = true;

    /// <summary>Rows taken since load.</summary>
    public long TakenRows { get; private set; }

    /// <summary>Of <see cref="TakenRows"/>, those that are in the table.</summary>
    public long WrittenRows { get; private set; }

    /// <summary>What somebody has decided for the metric.</summary>
    public MetricSettings Settings { get; private set; } = MetricSettings.None;

    /// <summary>What its project has decided; <see langword="null"/> for nothing.</summary>
    public RetentionPolicy? ProjectRetention { get; set; }

    /// <summary>Rows in the table.</summary>
    public long DurableRows { get; private set; }

    /// <summary>Rows that wait to be inserted.</summary>
    public int BufferedRows => _buffer.RowCount;

    /// <summary>Whether nothing waits to be inserted or acknowledged.</summary>
    public bool IsDrained => _buffer.IsEmpty;

    /// <summary>Whether all rows are written and only acknowledgements are due.</summary>
    public bool OwesOnly => _buffer.RowCount == 0 && !_buffer.IsEmpty;

    /// <summary>Whether the buffer takes another batch.</summary>
    public bool HasRoom => _buffer.SizeBytes < _services.Metrics.BufferBytesMax;

    /// <summary>Why an insert is due without waiting for the interval; <see langword="null"/> when none is.</summary>
    public FlushTrigger? WhyFull =>
        _buffer.RowCount >= _services.Flush.RowsMax ? FlushTrigger.Rows
        : _buffer.SizeBytes >= _services.Flush.BytesMax ? FlushTrigger.Bytes
        : null;

    /// <summary>Reads the table: columns, positions, ids, and the live state they give.</summary>
    /// <exception cref="ClickHouseException">It cannot be read now; load again before use.</exception>
    public async Task LoadAsync(CancellationToken cancellationToken)
    {
        // The activation before may have been given up while its insert was under way: what that leaves must be there to be read.
        await _services.Inserts.Tables.WhenQuietAsync(Project, _store.Table, cancellationToken);
        var stored = await _store.LoadAsync(cancellationToken);
        _filter = new RowFilter(stored.Ids);
        IsSaved = stored.IsFromSnapshot || stored.Description is null;
        _settled = stored.Duplicates.Resolve(stored.Positions);
        Duplicates = _settled.Total;
        Settings = stored.Settings;
        ProjectRetention = stored.ProjectRetention;
        _days = stored.Days;
        _plan = NewPlan(stored.Description, new SchemaRules(stored.Settings.Schema));
        _live = stored.Live;
        _live.Follow(_plan);

        // A type may have been decided and saved, and no block have come since that would have changed the table.
        _plan.Use(_plan.Rules, (index, type) => _live.Fields[index].CanBecome(type));
        PlanPromotions();
        _positions.Restore(stored.Positions, _settled.Positions);
        _lastInsertedSeconds = stored.LastInsertedSeconds;
        _tableVersion = _plan.Version;
        DurableRows = _live.Total;
        _activity.Loaded(_live.Total);
        Exists = stored.Description is not null;
        Views = NewViews();
        await MakeViewsAsync(cancellationToken);
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

        batch = FieldAliases.Apply(batch, _plan.Rules.Aliases);
        var rows = _filter.Keep(batch, _positions.TakenOffset(origin.Partition), out var duplicates);
        _positions.Take(origin.Partition, batch.Offsets[^1]);
        var lateColumns = _plan.LateColumnCount;
        _live.Apply(rows, _plan);
        TakeIntoViews(rows);
        var heldBytes = _buffer.SizeBytes;
        _buffer.Add(rows, _plan, duplicates, startsBlock: _plan.LateColumnCount > lateColumns);
        _services.Memory.Add(_buffer.SizeBytes - heldBytes);
        Duplicates += duplicates;
        TakenRows += rows.Count;
        NoteBuffered(rows);
        Exists |= rows.Count > 0;
        var nowMs = _services.Time.GetUtcNow().ToUnixTimeMilliseconds();
        _freshnessMs = Math.Max(0, nowMs - batch.Received[^1]);
        _activity.Took(rows.Count, _live.Total, _freshnessMs, nowMs);
        _services.Instruments.Taken(batch, rows.Count, duplicates, _freshnessMs);
        gap = null;
        return true;
    }

    /// <summary>Why settings cannot be used; <see langword="null"/> when they can.</summary>
    public SettingsRefusal? WhyNot(SchemaSettings schema) => SettingsCheck.WhyNot(schema, _plan, _live);

    /// <summary>Saves settings.</summary>
    /// <exception cref="ClickHouseException">They are not saved, or may not be.</exception>
    public Task SaveAsync(MetricSettings settings, CancellationToken cancellationToken) => _store.SaveSettingsAsync(settings, cancellationToken);

    /// <summary>Decides by settings from now on. The table follows with the next block.</summary>
    public void Use(MetricSettings settings)
    {
        Settings = settings;
        _plan.Use(new SchemaRules(settings.Schema));
        PlanPromotions();
    }

    /// <summary>Tells the table how long to keep rows; no insert may be under way.</summary>
    /// <returns>Why that cannot be; <see langword="null"/> when it is so.</returns>
    /// <exception cref="ClickHouseException">The server cannot now, or refused.</exception>
    public async Task<SettingsRefusal?> ApplyRetentionAsync(RetentionPolicy policy, CancellationToken cancellationToken)
    {
        // Counted before rows may go, and with all of them in the table.
        if (policy.DeleteAfterDays is not null && _days is null)
        {
            _days = new DayRows(DurableRows > 0 ? await _store.CountByDayAsync(cancellationToken) : DayRows.None);
        }

        return await _store.KeepAsync(policy, cancellationToken);
    }

    /// <summary>Takes the next block out of the buffer. The one before must be complete.</summary>
    public bool TryTakeBlock([NotNullWhen(true)] out PendingBlock? block)
    {
        if (_buffer.IsEmpty)
        {
            block = null;
            return false;
        }

        var bytes = _buffer.SizeBytes;
        var nowSeconds = (uint)_services.Time.GetUtcNow().ToUnixTimeSeconds();
        _lastInsertedSeconds = Math.Max(nowSeconds, _lastInsertedSeconds);
        block = _inFlight = Count(_buffer.Take(_services.Flush.RowsMax, _lastInsertedSeconds));
        _inFlightBytes = bytes - _buffer.SizeBytes;
        NoteInFlight();
        return true;
    }

    /// <summary>Makes a block durable: the count of duplicates that goes with it, then its rows. Off the actor's turn.</summary>
    /// <param name="block">The block.</param>
    /// <param name="turn">The turn it was cut for; <see langword="null"/> when it has no rows.</param>
    /// <param name="cancellationToken">Gives up; see <see cref="BlockWriter.WriteAsync"/>.</param>
    public async Task<WriteOutcome> WriteAsync(PendingBlock block, InsertTurn? turn, CancellationToken cancellationToken)
    {
        if (block.Duplicates is { } duplicates)
        {
            // Saved together with other metrics', which takes a moment: others insert meanwhile.
            turn?.Dispose();
            await _writer.SaveDuplicatesAsync(duplicates, cancellationToken);
        }

        return block.RowCount == 0 ? default : await _writer.WriteAsync(block, turn, cancellationToken);
    }

    /// <summary>Notes that a block's rows are in the table, but for those it refused.</summary>
    public void Complete(PendingBlock block, WriteOutcome outcome)
    {
        _inFlight = null;
        _oldestInFlightMs = long.MaxValue;
        ReleaseInFlight();
        DurableRows += block.RowCount - outcome.RefusedRows;
        WrittenRows += block.RowCount;
        _days?.Add(block.InsertedSeconds, block.RowCount - outcome.RefusedRows);
        foreach (var (partition, (_, last)) in block.Ranges)
        {
            _positions.MakeDurable(partition, last);
        }

        _settled = block.Duplicates?.Next ?? _settled;
        if (block.RowCount > 0)
        {
            _tableVersion = block.PlanVersion;
            NoteManyTexts();
        }
    }

    /// <summary>Gives up everything that is held: an activation's last step.</summary>
    public void Release()
    {
        ReleaseInFlight();
        _services.Memory.Add(-_buffer.SizeBytes);
        _services.Instruments.Left(TakenRows - WrittenRows);
    }

    /// <summary>Whether a batch was taken and is not yet acknowledged.</summary>
    public bool Holds(BatchAcknowledgement batch) =>
        _buffer.Taken.Any(taken => taken.Acknowledgement == batch) || (_inFlight?.Acknowledgements.Contains(batch) ?? false);

    /// <summary>The live state as of now, to be saved once all of its rows are durable; <see langword="null"/> when it is too large for that.</summary>
    public LiveSnapshot? Capture()
    {
        if (RunningPromotion is not null)
        {
            return null;
        }

        var bytes = LiveSnapshotCodec.Write(_live, _plan.Columns, _lastInsertedSeconds);
        if (bytes.Length <= _services.Metrics.SnapshotBytesMax)
        {
            return new LiveSnapshot(bytes);
        }

        _services.Instruments.SnapshotTooLarge();
        return null;
    }

    /// <summary>Saves what was captured.</summary>
    /// <exception cref="ClickHouseException">It cannot be saved now.</exception>
    public async Task SaveAsync(LiveSnapshot snapshot, CancellationToken cancellationToken)
    {
        await _store.SaveSnapshotAsync(snapshot, cancellationToken);
        IsSaved = true;
    }

    /// <summary>Counts the table's rows; no insert may be under way.</summary>
    /// <returns><see cref="Drift"/>.</returns>
    /// <exception cref="ClickHouseException">They cannot be counted now.</exception>
    public async Task<long> MeasureDriftAsync(CancellationToken cancellationToken)
    {
        if (_days is not null && DeleteAfterDays is { } days)
        {
            var table = await _store.CountByDayAsync(cancellationToken);
            (Drift, ExpiredRows) = _days.Compare(table, _services.Time.GetUtcNow().ToUnixTimeSeconds(), days);
        }
        else
        {
            Drift = await _store.CountAsync(cancellationToken) - DurableRows;
        }

        _services.Instruments.Drifted(Drift);
        _activity.Drifted(Drift);
        return Drift;
    }

    /// <summary>Takes back acknowledgements that did not reach their ledger; they are due again with the next block.</summary>
    public void Return(IEnumerable<BatchAcknowledgement> acknowledgements) => _buffer.Return(acknowledgements);

    /// <summary>The partitions and epochs whose ledgers wait for this metric.</summary>
    public IReadOnlyCollection<(int Partition, long Epoch)> DescribeOwed() =>
        [.. _buffer.Taken.Select(taken => taken.Acknowledgement).Concat(_inFlight?.Acknowledgements ?? []).Select(owed => (owed.Partition, owed.Epoch)).Distinct()];

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
            Late = _live.Windows.Late,
            DurableRows = DurableRows,
            DurablePositions = _positions.DescribeDurable(),
            Drift = Drift,
            FreshnessMs = _freshnessMs,
            Fields = _live.DescribeFields(_plan),
            Alerts = Alerts.Changed,
        };
    }

    // Saved with the block, and only where it has any: between two such blocks there is nothing to count again.
    private PendingBlock Count(PendingBlock block) => block.Settled.All(batch => batch.Duplicates == 0)
        ? block
        : block.With(new DuplicateState(_settled, _settled.Add(block.Settled), block.Proof));

    // A dictionary of this table stays one; tables that are made later begin without.
    private void NoteManyTexts()
    {
        for (var i = 0; i < _live.Fields.Count; i++)
        {
            if (_live.Fields[i] is LiveText { Type: ColumnType.LowCardinalityString, Values.IsExact: false } && !_store.HasManyTexts(_plan.Columns[i].Name))
            {
                _store.NoteManyTexts(_plan.Columns[i].Name);
            }
        }
    }

    private void ReleaseInFlight()
    {
        _services.Memory.Add(-_inFlightBytes);
        _inFlightBytes = 0;
    }

    private TablePlan NewPlan(TableDescription? description, SchemaRules rules) => new(
        description?.Columns ?? SystemTables.ColumnsOf(Project, Metric), _services.Limits.ColumnsMax, description?.ForeignNames ?? [], rules, _store.HasManyTexts);
}

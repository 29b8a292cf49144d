using Analytics.GrainInterfaces.Schema;
using Analytics.Grains.ClickHouse;
using Analytics.Grains.Columns;
using Analytics.Grains.Live;
using Analytics.Grains.Live.Rebuild;
using Analytics.Grains.Live.Windows;
using Analytics.Grains.Metrics.State;
using Analytics.Grains.Tables;
using Microsoft.Extensions.Logging;

namespace Analytics.Grains.Metrics;

/// <summary>A metric's table in ClickHouse, and what is saved beside it in <c>analytics.state</c>.</summary>
internal sealed partial class MetricStore : IMetricStore
{
    // Rows expire in steps of merges, hours apart.
    private const int LoadsMax = 5;

    private readonly IClickHouse _clickHouse;
    private readonly MetricServices _services;
    private readonly TableStore _table;
    private readonly TableRetention _retention;
    private readonly TablePromotion _promotion;
    private readonly SavedState _saved;
    private readonly ILogger _logger;
    private bool _isSnapshotVoid;

    /// <summary>The store of a metric; nothing is asked of the server yet.</summary>
    public MetricStore(MetricServices services, string project, string metric)
    {
        _clickHouse = services.ClickHouse;
        _services = services;
        _table = new TableStore(_clickHouse, services.Tables, project, TableName.Of(project, metric));
        _promotion = new TablePromotion(_clickHouse, _table.Place);
        _retention = new TableRetention(_clickHouse, _table.Place);
        _saved = new SavedState(services, project, metric);
        _logger = services.Loggers.CreateLogger<MetricStore>();
    }

    /// <inheritdoc />
    public string Table => _table.Place.Table;

    /// <inheritdoc />
    public string QuotedName => _table.QuotedName;

    private EventClock Clock => new(_services.Time, _services.Metrics.GraceMs);

    /// <inheritdoc />
    public bool Has(TableColumn column) => _table.Has(column);

    /// <inheritdoc />
    public async Task<StoredMetric> LoadAsync(CancellationToken cancellationToken)
    {
        var options = _services.Metrics;
        var window = TimeSpan.FromMinutes(options.IdMinutes);
        var ids = new IdWindow(options.IdsMax, window);
        await _saved.ReadAsync(cancellationToken);
        await _services.ManyTexts.EnsureReadAsync(cancellationToken);
        _table.Retention = _saved.Settings.Retention ?? _saved.ProjectRetention ?? RetentionPolicy.Forever;
        if (await _table.ReadAsync(cancellationToken) is not { } description)
        {
            return new StoredMetric(null, new LiveMetric(Clock), new Dictionary<int, long>(), 0, _saved.Duplicates, ids)
            {
                Settings = _saved.Settings,
                ProjectRetention = _saved.ProjectRetention,
                Days = _table.Retention.DeleteAfterDays is null ? null : new DayRows(DayRows.None),
            };
        }

        await KeepAsDecidedAsync(cancellationToken);
        var (live, insertedSeconds, isFromSnapshot, days) = await LoadRowsAsync(description.Columns, cancellationToken);
        await new IdRebuild(_clickHouse, _services.Time).FillAsync(QuotedName, live.Ends, options.IdsMax, window, ids, cancellationToken);
        var positions = live.Ends.ToDictionary(static end => end.Key, static end => end.Value.Offset);
        return new StoredMetric(description, live, positions, (uint)insertedSeconds, _saved.Duplicates, ids, isFromSnapshot)
        {
            Settings = _saved.Settings,
            ProjectRetention = _saved.ProjectRetention,
            Days = days,
        };
    }

    /// <inheritdoc />
    public async Task<IReadOnlyDictionary<int, long>?> ReadPositionsAsync(CancellationToken cancellationToken) =>
        await _table.ReadAsync(cancellationToken) is null ? null : await _table.ReadPositionsAsync(cancellationToken);

    /// <inheritdoc />
    public async Task<long> CountAsync(CancellationToken cancellationToken) =>
        Text.Int64((await _clickHouse.ReadRowsAsync($"SELECT toString(count()) FROM {QuotedName}", null, cancellationToken))[0][0]!);

    /// <inheritdoc />
    public Task<IReadOnlyDictionary<long, long>> CountByDayAsync(CancellationToken cancellationToken) => _retention.CountByDayAsync(cancellationToken);

    /// <inheritdoc />
    public async Task<SettingsRefusal?> KeepAsync(RetentionPolicy policy, CancellationToken cancellationToken)
    {
        var refusal = await _retention.ApplyAsync(policy, cancellationToken);
        _table.Retention = refusal is null ? policy : _table.Retention;
        return refusal;
    }

    /// <inheritdoc />
    public Task StartPromotionAsync(TableColumn column, CancellationToken cancellationToken) => _promotion.StartAsync(column, cancellationToken);

    /// <inheritdoc />
    public Task<MutationProgress?> ReadPromotionAsync(TableColumn column, CancellationToken cancellationToken) => _promotion.ReadAsync(column, cancellationToken);

    /// <inheritdoc />
    public Task StopPromotionAsync(TableColumn column, CancellationToken cancellationToken) => _promotion.StopAsync(column, cancellationToken);

    /// <inheritdoc />
    public bool HasManyTexts(string field) => _services.ManyTexts.Contains(_table.Place.Database, field);

    /// <inheritdoc />
    public void NoteManyTexts(string field) => _services.ManyTexts.Note(_table.Place.Database, field);

    /// <inheritdoc />
    public bool HasLostData => _table.HasLostData;

    /// <inheritdoc />
    public async Task EnsureAsync(IReadOnlyList<TableColumn> wanted, CancellationToken cancellationToken)
    {
        await _table.EnsureReadAsync(cancellationToken);
        if ((HasLostData || _saved.HasUnfitSnapshot) && !_isSnapshotVoid)
        {
            // With a lost column made again, a snapshot from before would fit the table and have as many rows, and values that are gone.
            await _saved.SaveAsync(LiveSnapshot.None, cancellationToken);
            _isSnapshotVoid = true;
        }

        await _table.EnsureAsync(wanted, cancellationToken);
    }

    /// <inheritdoc />
    public Task InsertAsync(PendingBlock block, InsertTurn turn, CancellationToken cancellationToken) =>
        BlockEncoding.InsertAsync(block, _table.Place.Database, Table, turn, cancellationToken);

    /// <inheritdoc />
    public void Forget() => _table.Forget();

    /// <inheritdoc />
    public async Task<IScratchTable> CreateScratchAsync(ScratchKind kind, CancellationToken cancellationToken) =>
        await ScratchTable.CreateAsync(_clickHouse, _table.Place, kind, cancellationToken);

    /// <inheritdoc />
    public async Task SaveDuplicatesAsync(DuplicateState duplicates, CancellationToken cancellationToken)
    {
        // Neither given up half way nor overlooked by the next activation: it must not take effect after a later one.
        using var saving = _services.Inserts.Tables.Begin(_table.Place.Database, Table);
        await _saved.SaveAsync(duplicates, CancellationToken.None);
    }

    /// <inheritdoc />
    public Task SaveSettingsAsync(MetricSettings settings, CancellationToken cancellationToken) => _saved.SaveAsync(settings, cancellationToken);

    /// <inheritdoc />
    public Task SaveSnapshotAsync(LiveSnapshot snapshot, CancellationToken cancellationToken) => _saved.SaveAsync(snapshot, cancellationToken);

    /// <summary>Tells a table that was not there, or could not be reached, when its policy was decided.</summary>
    private async Task KeepAsDecidedAsync(CancellationToken cancellationToken)
    {
        if (_table.Retention == RetentionPolicy.Forever)
        {
            return;
        }

        try
        {
            if (await _retention.ApplyAsync(_table.Retention, cancellationToken) is { } refusal)
            {
                LogNotKept(null, QuotedName, refusal.Detail);
            }
        }
        catch (ClickHouseException e)
        {
            // Not worth a metric that does not start: the table keeps more than it should.
            LogNotKept(e, QuotedName, e.Message);
        }
    }

    /// <summary>The live state, read while no row expires: where a table deletes old rows, they are counted before and after.</summary>
    private async Task<(LiveMetric Live, long InsertedSeconds, bool IsFromSnapshot, DayRows? Days)> LoadRowsAsync(
        IReadOnlyList<TableColumn> columns, CancellationToken cancellationToken)
    {
        if (_table.Retention.DeleteAfterDays is null)
        {
            var (live, insertedSeconds, isFromSnapshot) = await LoadLiveAsync(columns, cancellationToken);
            return (live, insertedSeconds, isFromSnapshot, null);
        }

        for (var attempt = 1; ; attempt++)
        {
            var before = new DayRows(await CountByDayAsync(cancellationToken));
            var (live, insertedSeconds, isFromSnapshot) = await LoadLiveAsync(columns, cancellationToken);
            var after = new DayRows(await CountByDayAsync(cancellationToken));
            if (before.Total == live.Total && after.Total == live.Total)
            {
                return (live, insertedSeconds, isFromSnapshot, after);
            }

            if (attempt == LoadsMax)
            {
                throw new ClickHouseException(0, $"{QuotedName} had {before.Total} rows before its live state was made of {live.Total}, and {after.Total} after: rows keep expiring.");
            }
        }
    }

    private async Task<(LiveMetric Live, long InsertedSeconds, bool IsFromSnapshot)> LoadLiveAsync(IReadOnlyList<TableColumn> columns, CancellationToken cancellationToken)
    {
        var fromSnapshot = await RestoreAsync(columns, cancellationToken);
        var (live, insertedSeconds) = fromSnapshot
            ?? await new LiveRebuild(_clickHouse, _services.Time) { GraceMs = Clock.GraceMs }.FromTableAsync(QuotedName, columns, cancellationToken);
        return (live, insertedSeconds, fromSnapshot is not null);
    }

    /// <summary>The live state from its snapshot and the rows after it; <see langword="null"/> when there is no snapshot that can be used.</summary>
    private async Task<RestoredLive?> RestoreAsync(IReadOnlyList<TableColumn> columns, CancellationToken cancellationToken)
    {
        // Values move between columns: as many rows as before say nothing.
        if (_saved.Settings.Promotions.Any(promotion => promotion.State == Promotion.Running) || _saved.TryFitSnapshot(columns, Clock) is not { } snapshot)
        {
            return null;
        }

        var restored = await new LiveRebuild(_clickHouse, _services.Time) { GraceMs = Clock.GraceMs }.FromSnapshotAsync(snapshot, QuotedName, cancellationToken);
        if (restored is null)
        {
            _saved.LogTableChanged();
        }

        return restored;
    }

    [LoggerMessage(EventId = 3032, Level = LogLevel.Warning, Message = "{Table} does not keep its rows as was decided: {Reason}")]
    private partial void LogNotKept(Exception? exception, string table, string reason);
}

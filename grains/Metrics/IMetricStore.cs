using Analytics.GrainInterfaces.Schema;
using Analytics.Grains.ClickHouse;
using Analytics.Grains.Columns;
using Analytics.Grains.Tables;

namespace Analytics.Grains.Metrics;

/// <summary>What a metric's actor keeps outside of its memory: its table, and what is saved beside it. The actor is its only user, one call at a time.</summary>
internal interface IMetricStore
{
    /// <summary>Unquoted table name.</summary>
    string Table { get; }

    /// <summary>Database and table, quoted.</summary>
    string QuotedName { get; }

    /// <summary>Whether the table has this column, as far as was last read.</summary>
    bool Has(TableColumn column);

    /// <summary>Reads everything that an activation starts from.</summary>
    /// <exception cref="ClickHouseException">It cannot be read now.</exception>
    Task<StoredMetric> LoadAsync(CancellationToken cancellationToken);

    /// <summary>The highest offset of each log partition that has rows in the table; <see langword="null"/> when there is no table.</summary>
    /// <exception cref="ClickHouseException">It cannot be read now.</exception>
    Task<IReadOnlyDictionary<int, long>?> ReadPositionsAsync(CancellationToken cancellationToken);

    /// <summary>Rows of the table; 0 when there is none.</summary>
    /// <exception cref="ClickHouseException">It cannot be read now.</exception>
    Task<long> CountAsync(CancellationToken cancellationToken);

    /// <summary>Rows of the table by the day they were inserted, days since 1970 UTC.</summary>
    /// <exception cref="ClickHouseException">It cannot be read now.</exception>
    Task<IReadOnlyDictionary<long, long>> CountByDayAsync(CancellationToken cancellationToken);

    /// <summary>Makes the table, if there is one, keep its rows as a policy says; one made later does from the start.</summary>
    /// <returns>Why that cannot be; <see langword="null"/> when it is so.</returns>
    /// <exception cref="ClickHouseException">The server cannot now, or refused a statement.</exception>
    Task<SettingsRefusal?> KeepAsync(RetentionPolicy policy, CancellationToken cancellationToken);

    /// <summary>Starts to move a field's values from <c>_extra</c> to its column.</summary>
    /// <exception cref="ClickHouseException">The server cannot now, or refused it.</exception>
    Task StartPromotionAsync(TableColumn column, CancellationToken cancellationToken);

    /// <summary>How far that is; <see langword="null"/> when the server knows nothing of it.</summary>
    /// <exception cref="ClickHouseException">The server cannot be asked now.</exception>
    Task<MutationProgress?> ReadPromotionAsync(TableColumn column, CancellationToken cancellationToken);

    /// <summary>Ends it.</summary>
    /// <exception cref="ClickHouseException">The server cannot now.</exception>
    Task StopPromotionAsync(TableColumn column, CancellationToken cancellationToken);

    /// <summary>Whether a field of this name has had too many different texts for a dictionary, in some table of the project.</summary>
    bool HasManyTexts(string field);

    /// <summary>Remembers that it has, for tables that are made later.</summary>
    void NoteManyTexts(string field);

    /// <summary>Whether the table, or a column of it, was found missing after it had been there: the live state has values that are gone.</summary>
    bool HasLostData { get; }

    /// <summary>Forgets what is known of the table: it is read again before it is used.</summary>
    void Forget();

    /// <summary>Makes a table that refuses what this one refuses, for trials.</summary>
    /// <exception cref="ClickHouseException">It could not be made.</exception>
    Task<IScratchTable> CreateScratchAsync(ScratchKind kind, CancellationToken cancellationToken);

    /// <summary>Makes sure that database, table and columns are there.</summary>
    /// <exception cref="ClickHouseException">A statement was refused.</exception>
    /// <exception cref="Tables.TableChangedException">The table cannot be made as wanted: somebody else made a column what it is.</exception>
    Task EnsureAsync(IReadOnlyList<TableColumn> wanted, CancellationToken cancellationToken);

    /// <summary>Inserts a block as one part.</summary>
    /// <param name="block">The rows.</param>
    /// <param name="turn">The turn to use up.</param>
    /// <param name="cancellationToken">Gives up before the insert has begun.</param>
    /// <exception cref="ClickHouseException">Nothing was inserted, unless <see cref="ClickHouseException.IsOutcomeUnknown"/>.</exception>
    Task InsertAsync(PendingBlock block, InsertTurn turn, CancellationToken cancellationToken);

    /// <summary>Saves how many duplicates there were, and up to which offsets they are counted.</summary>
    /// <exception cref="ClickHouseException">It cannot be saved now.</exception>
    Task SaveDuplicatesAsync(DuplicateState duplicates, CancellationToken cancellationToken);

    /// <summary>Saves what somebody has decided for the metric.</summary>
    /// <exception cref="ClickHouseException">It is not saved, or may not be.</exception>
    Task SaveSettingsAsync(MetricSettings settings, CancellationToken cancellationToken);

    /// <summary>Saves a snapshot of the live state. All of its rows must be in the table.</summary>
    /// <exception cref="ClickHouseException">It cannot be saved now.</exception>
    Task SaveSnapshotAsync(LiveSnapshot snapshot, CancellationToken cancellationToken);
}

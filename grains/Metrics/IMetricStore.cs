using Analytics.Grains.ClickHouse;
using Analytics.Grains.Columns;

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

    /// <summary>Saves a snapshot of the live state. All of its rows must be in the table.</summary>
    /// <exception cref="ClickHouseException">It cannot be saved now.</exception>
    Task SaveSnapshotAsync(LiveSnapshot snapshot, CancellationToken cancellationToken);
}

using System.Runtime.InteropServices;

namespace Analytics.Grains.ClickHouse;

/// <summary>
/// Which tables are inserted into now, in this process. A metric's new activation waits for its table to be quiet before it reads what is durable:
/// the activation before it may have been given up while its insert was still under way, and that insert's rows would come up afterwards.
/// Safe to call from any thread.
/// </summary>
public sealed class TablesInFlight
{
    private readonly Lock _gate = new();
    private readonly Dictionary<(string Database, string Table), Entry> _tables = [];

    /// <summary>Tables that are inserted into now.</summary>
    public int Count
    {
        get
        {
            lock (_gate)
            {
                return _tables.Count;
            }
        }
    }

    /// <summary>Notes that an insert begins; dispose what it returns when its outcome is there, whatever that is.</summary>
    public IDisposable Begin(string database, string table)
    {
        lock (_gate)
        {
            ref var entry = ref CollectionsMarshal.GetValueRefOrAddDefault(_tables, (database, table), out _);
            entry ??= new Entry();
            entry.InsertCount++;
        }

        return new Insert(this, database, table);
    }

    /// <summary>Completes when no insert into the table is under way; at once when none is.</summary>
    /// <param name="database">Unquoted database name.</param>
    /// <param name="table">Unquoted table name.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    public Task WhenQuietAsync(string database, string table, CancellationToken cancellationToken = default)
    {
        lock (_gate)
        {
            return _tables.TryGetValue((database, table), out var entry)
                ? entry.Quiet.Task.WaitAsync(cancellationToken)
                : Task.CompletedTask;
        }
    }

    private void End(string database, string table)
    {
        Entry entry;
        lock (_gate)
        {
            entry = _tables[(database, table)];
            if (--entry.InsertCount > 0)
            {
                return;
            }

            _tables.Remove((database, table));
        }

        // Outside of the lock: whoever waits goes on in here.
        entry.Quiet.SetResult();
    }

    private sealed class Entry
    {
        public int InsertCount { get; set; }

        public TaskCompletionSource Quiet { get; } = new();
    }

    private sealed class Insert(TablesInFlight owner, string database, string table) : IDisposable
    {
        private bool _isEnded;

        public void Dispose()
        {
            if (!Interlocked.Exchange(ref _isEnded, true))
            {
                owner.End(database, table);
            }
        }
    }
}

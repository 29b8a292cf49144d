using System.Collections.Concurrent;
using Analytics.Grains.ClickHouse;
using Microsoft.Extensions.Logging;

namespace Analytics.Grains.Tables;

/// <summary>
/// Fields that turned out to have too many different texts for a dictionary, by project: what <c>user</c> is in one metric it will be in the next. A
/// dictionary with millions of values costs more than it saves. Safe to call from any thread.
/// </summary>
internal sealed partial class ManyTexts(IClickHouse clickHouse, TimeProvider time, ILogger logger)
{
    /// <summary>The system table that keeps them.</summary>
    public const string TableName = "analytics.many_texts";

    private readonly ConcurrentDictionary<(string Project, string Field), bool> _fields = new();
    private readonly SystemRows _rows = new(clickHouse, TableName, time);
    private readonly Lock _gate = new();
    private Task? _reading;

    /// <summary>Reads what is known from earlier, once.</summary>
    /// <exception cref="ClickHouseException">It cannot be read now.</exception>
    public Task EnsureReadAsync(CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            if (_reading is null || _reading.IsFaulted || _reading.IsCanceled)
            {
                _reading = ReadAsync();
            }

            return _reading.WaitAsync(cancellationToken);
        }
    }

    /// <summary>Whether the field is known for that.</summary>
    public bool Contains(string project, string field) => _fields.ContainsKey((project, field));

    /// <summary>Remembers it: at once in this process, soon in the table.</summary>
    public void Note(string project, string field)
    {
        if (_fields.TryAdd((project, field), true))
        {
            _ = SaveAsync(project, field);
        }
    }

    private async Task ReadAsync()
    {
        foreach (var row in await clickHouse.ReadRowsAsync($"SELECT DISTINCT project, field FROM {TableName}", null, CancellationToken.None))
        {
            _fields[(row[0]!, row[1]!)] = true;
        }
    }

    private async Task SaveAsync(string project, string field)
    {
        try
        {
            await _rows.AddAsync($"({SqlText.Literal(project)}, {SqlText.Literal(field)}, now64(3, 'UTC'))", CancellationToken.None);
        }
        catch (ClickHouseException e)
        {
            // It is found out again after the next start.
            LogNotSaved(e, project, field);
        }
    }

    [LoggerMessage(EventId = 2010, Level = LogLevel.Warning, Message = "That field {Field} of {Project} has many different texts could not be saved; it is known until the next start")]
    private partial void LogNotSaved(Exception exception, string project, string field);
}

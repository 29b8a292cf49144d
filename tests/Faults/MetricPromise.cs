namespace Analytics.Tests.Faults;

/// <summary>What one metric must hold.</summary>
internal sealed class MetricPromise
{
    private readonly Dictionary<string, FoundRow> _rows = [];

    /// <summary>The row of each accepted event, by id.</summary>
    public IReadOnlyDictionary<string, FoundRow> Rows => _rows;

    /// <summary>Copies accepted beyond the first of each event: at least so many duplicates.</summary>
    public long DuplicatesMin { get; private set; }

    /// <summary>Those, and the copies in unclear sendings: at most so many duplicates.</summary>
    public long DuplicatesMax { get; private set; }

    /// <summary>Notes one accepted copy of an event, after unclear ones.</summary>
    public void Add(LoadEvent one, int unclear)
    {
        var isCopy = !_rows.TryAdd(one.Id, new FoundRow(one.Id, one.Number, one.Quarters));
        DuplicatesMin += isCopy ? 1 : 0;
        DuplicatesMax += unclear + (isCopy ? 1 : 0);
    }
}

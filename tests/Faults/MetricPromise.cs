namespace Analytics.Tests.Faults;

/// <summary>What one metric must hold.</summary>
internal sealed class MetricPromise
{
    private readonly Dictionary<string, PromisedRow> _rows = [];

    /// <summary>The row of each accepted event, by its <c>uid</c>.</summary>
    public IReadOnlyDictionary<string, PromisedRow> Rows => _rows;

    /// <summary>Copies accepted beyond the first of each event with an id: at least so many duplicates.</summary>
    public long DuplicatesMin { get; private set; }

    /// <summary>Those, and the copies in unclear sendings: at most so many duplicates.</summary>
    public long DuplicatesMax { get; private set; }

    /// <summary>Notes one accepted copy of an event, after unclear ones.</summary>
    public void Add(LoadEvent one, int unclear)
    {
        var isCopy = !_rows.TryAdd(one.Uid, new PromisedRow(new FoundRow(one.Uid, one.Number, one.Quarters), one.HasId ? 1 : unclear + 1));
        if (one.HasId)
        {
            DuplicatesMin += isCopy ? 1 : 0;
            DuplicatesMax += unclear + (isCopy ? 1 : 0);
        }
    }
}

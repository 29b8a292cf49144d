using System.Numerics;

namespace Analytics.Tests.Faults;

/// <summary>
/// Compares what was promised with what is there. Knows nothing of silos and clients: it is handed both sides as data, and returns what is wrong,
/// a sentence each.
/// </summary>
internal sealed class ExactnessCheck
{
    /// <summary>Rows named one by one in a finding; the rest is counted.</summary>
    private const int NamedMax = 5;

    private readonly List<string> _findings = [];

    /// <summary>What was found wrong so far; empty when all is as promised.</summary>
    public IReadOnlyList<string> Findings => _findings;

    /// <summary>Compares one metric.</summary>
    public void Metric(string name, MetricPromise promised, FoundMetric found)
    {
        Rows(name, promised.Rows, found.Rows);
        Same(name, "live total", found.Rows.Count, found.LiveTotal);
        Same(name, "durable rows", found.Rows.Count, found.DurableRows);
        Sums(name, promised.Rows, found.Rows);
        if (found.Duplicates < promised.DuplicatesMin || found.Duplicates > promised.DuplicatesMax)
        {
            _findings.Add($"{name}: {found.Duplicates} duplicates were counted, {promised.DuplicatesMin} to {promised.DuplicatesMax} were sent.");
        }

        Fields(name, found);
    }

    /// <summary>Compares the dead letters: every refused input at least once, never more often than it may have arrived, and no others.</summary>
    /// <param name="promised">Each refused input, and how often it may be there at most.</param>
    /// <param name="found">Each dead letter's bytes, and how often they are there.</param>
    public void DeadLetters(IReadOnlyDictionary<string, int> promised, IReadOnlyDictionary<string, long> found)
    {
        foreach (var (text, countMax) in promised)
        {
            var count = found.GetValueOrDefault(text);
            if (count < 1 || count > countMax)
            {
                _findings.Add($"dead letters: {text} is there {count} times, 1 to {countMax} expected.");
            }
        }

        _findings.AddRange(found.Keys.Where(text => !promised.ContainsKey(text)).Select(text => $"dead letters: nobody was told that {text} was refused."));
    }

    private void Rows(string name, IReadOnlyDictionary<string, PromisedRow> promised, IReadOnlyList<FoundRow> found)
    {
        var counts = found.CountBy(row => row.Uid).ToDictionary();
        Name(name, "accepted, and not in the table", promised.Keys.Where(uid => !counts.ContainsKey(uid)));
        Name(
            name,
            "in the table too often",
            promised.Where(pair => counts.GetValueOrDefault(pair.Key) > pair.Value.CountMax).Select(pair => $"{pair.Key} ({counts[pair.Key]} times)"));
        Name(name, "in the table, and never accepted", counts.Keys.Where(uid => !promised.ContainsKey(uid)));
        Name(
            name,
            "in the table with other values",
            found.Where(row => promised.TryGetValue(row.Uid, out var sent) && sent.Row != row).Select(row => $"{row}, not {promised[row.Uid].Row}"));
    }

    /// <summary>Of the events that are there once whatever happened.</summary>
    private void Sums(string name, IReadOnlyDictionary<string, PromisedRow> promised, IReadOnlyList<FoundRow> found)
    {
        var sent = promised.Values.Where(row => row.CountMax == 1).Select(row => row.Row).ToList();
        var there = found.Where(row => !promised.TryGetValue(row.Uid, out var other) || other.CountMax == 1).ToList();
        Same(name, "rows", sent.Count, there.Count);
        Same(name, "sum of n", Sum(sent, row => row.Number), Sum(there, row => row.Number));
        Same(name, "sum of amount, in quarters", Sum(sent, row => row.Quarters), Sum(there, row => row.Quarters));
    }

    private void Name(string metric, string what, IEnumerable<string> rows)
    {
        var all = rows.ToList();
        if (all.Count > 0)
        {
            _findings.Add($"{metric}: {all.Count} {what}: {string.Join(", ", all.Take(NamedMax))}{(all.Count > NamedMax ? ", …" : string.Empty)}");
        }
    }

    private void Fields(string name, FoundMetric found)
    {
        foreach (var field in found.Live.Keys.Union(found.Table.Keys, StringComparer.Ordinal))
        {
            var live = found.Live.GetValueOrDefault(field);
            var table = found.Table.GetValueOrDefault(field);
            if (live != table)
            {
                _findings.Add($"{name}.{field}: live state and table differ: {live?.ToString() ?? "nothing"} and {table?.ToString() ?? "nothing"}.");
            }
        }
    }

    private void Same(string name, string what, BigInteger promised, BigInteger found)
    {
        if (promised != found)
        {
            _findings.Add($"{name}: {what}: {found}, {promised} expected.");
        }
    }

    private static BigInteger Sum(IEnumerable<FoundRow> rows, Func<FoundRow, long> value) =>
        rows.Aggregate(BigInteger.Zero, (sum, row) => sum + value(row));
}

namespace Analytics.Tests.Views.Sinks;

/// <summary>Says what is wrong with the windows that a sink has, from the events alone: each group of each closed window has one row, with the sum and the count of its events.</summary>
internal static class SinkCheck
{
    /// <summary>What is wrong, a line each; none when all is well.</summary>
    /// <param name="events">Every event that was accepted.</param>
    /// <param name="everyMs">Length of a window; they follow each other.</param>
    /// <param name="graceMs">How long after its window an event may be received.</param>
    /// <param name="closedMs">Windows that begin before it must be there, and no others.</param>
    /// <param name="found">The sink's rows: <c>start branch sum count</c>, a dash for no branch.</param>
    public static IEnumerable<string> Findings(IEnumerable<SinkEvent> events, long everyMs, long graceMs, long closedMs, IEnumerable<string> found)
    {
        var expected = events.Select(one => (Start: one.TimeMs / everyMs * everyMs, Event: one))
            .Where(pair => pair.Start < closedMs && pair.Event.ReceivedMs < pair.Start + everyMs + graceMs)
            .GroupBy(pair => (pair.Start, Branch: pair.Event.Branch ?? "-"))
            .Select(group => $"{group.Key.Start} {group.Key.Branch} {group.Sum(pair => pair.Event.Amount)} {group.Count()}").ToHashSet(StringComparer.Ordinal);
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var row in found)
        {
            var finding = !expected.Contains(row) ? "unexpected" : !seen.Add(row) ? "twice" : null;
            if (finding is not null)
            {
                yield return $"{finding}: {row}";
            }
        }

        foreach (var missing in expected.Except(seen))
        {
            yield return $"missing: {missing}";
        }
    }
}

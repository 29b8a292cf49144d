namespace Analytics.Silo.Audit;

/// <summary>Offsets of one partition as spans that ascend and do not touch; the end of a span is the offset after its last.</summary>
internal sealed class OffsetSpans
{
    private readonly List<(long From, long To)> _spans = [];

    /// <summary>The spans.</summary>
    public IReadOnlyList<(long From, long To)> All => _spans;

    /// <summary>Adds a span that begins at or after the end of the last one.</summary>
    public void Add(long from, long to)
    {
        if (from >= to)
        {
            return;
        }

        if (_spans.Count > 0 && _spans[^1].To == from)
        {
            _spans[^1] = (_spans[^1].From, to);
        }
        else
        {
            _spans.Add((from, to));
        }
    }

    /// <summary>What of these spans is not in the others.</summary>
    /// <param name="others">Spans that are; <see langword="null"/> for none.</param>
    public IEnumerable<(long From, long To)> Without(OffsetSpans? others)
    {
        var other = 0;
        foreach (var (from, to) in _spans)
        {
            var next = from;
            for (; others is not null && other < others._spans.Count && others._spans[other].From < to; other++)
            {
                var (otherFrom, otherTo) = others._spans[other];
                if (otherFrom > next)
                {
                    yield return (next, otherFrom);
                }

                next = Math.Max(next, otherTo);
                if (otherTo > to)
                {
                    break;
                }
            }

            if (next < to)
            {
                yield return (next, to);
            }
        }
    }
}

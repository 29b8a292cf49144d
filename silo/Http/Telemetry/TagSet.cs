namespace Analytics.Silo.Http.Telemetry;

/// <summary>The labels of one series. Two sets are the same when they have the same pairs in the same order: our own instruments always give one order.</summary>
internal sealed class TagSet
{
    private TagSet(KeyValuePair<string, object?>[] pairs) => Pairs = pairs;

    /// <summary>Compares sets, and sets with the spans that measurements come with, so that a known set costs no allocation.</summary>
    public static IEqualityComparer<TagSet> Comparer { get; } = new SpanComparer();

    /// <summary>The labels.</summary>
    public KeyValuePair<string, object?>[] Pairs { get; }

    private static bool AreEqual(ReadOnlySpan<KeyValuePair<string, object?>> left, ReadOnlySpan<KeyValuePair<string, object?>> right)
    {
        if (left.Length != right.Length)
        {
            return false;
        }

        for (var i = 0; i < left.Length; i++)
        {
            if (left[i].Key != right[i].Key || !Equals(left[i].Value, right[i].Value))
            {
                return false;
            }
        }

        return true;
    }

    private static int Hash(ReadOnlySpan<KeyValuePair<string, object?>> pairs)
    {
        var hash = default(HashCode);
        foreach (var (key, value) in pairs)
        {
            hash.Add(key, StringComparer.Ordinal);
            hash.Add(value);
        }

        return hash.ToHashCode();
    }

    private sealed class SpanComparer : IEqualityComparer<TagSet>, IAlternateEqualityComparer<ReadOnlySpan<KeyValuePair<string, object?>>, TagSet>
    {
        public bool Equals(TagSet? x, TagSet? y) => ReferenceEquals(x, y) || (x is not null && y is not null && AreEqual(x.Pairs, y.Pairs));

        public int GetHashCode(TagSet obj) => Hash(obj.Pairs);

        public bool Equals(ReadOnlySpan<KeyValuePair<string, object?>> alternate, TagSet other) => AreEqual(alternate, other.Pairs);

        public int GetHashCode(ReadOnlySpan<KeyValuePair<string, object?>> alternate) => Hash(alternate);

        public TagSet Create(ReadOnlySpan<KeyValuePair<string, object?>> alternate) => new(alternate.ToArray());
    }
}

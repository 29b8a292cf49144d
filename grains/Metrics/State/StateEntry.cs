namespace Analytics.Grains.Metrics.State;

/// <summary>What a metric keeps beside its table, under one name.</summary>
/// <param name="Name">What it is, for example <c>live</c>.</param>
/// <param name="Key">Whose it is: <c>project/metric</c>.</param>
/// <param name="Version">Higher than that of any entry of this name and key before: the highest counts.</param>
/// <param name="State">Any bytes.</param>
internal sealed record StateEntry(string Name, string Key, ulong Version, ReadOnlyMemory<byte> State)
{
    // What a row takes besides: the two lengths, version and time.
    private const int RowBytes = 24;

    /// <summary>About as many bytes as its row has, more than fewer.</summary>
    public long SizeBytes => State.Length + (3L * (Name.Length + Key.Length)) + RowBytes;
}

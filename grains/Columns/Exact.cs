namespace Analytics.Grains.Columns;

/// <summary>Copies for batches.</summary>
internal static class Exact
{
    /// <summary>An array of just these, without clearing it first: most of what is decoded passes here.</summary>
    public static T[] CopyOf<T>(ReadOnlySpan<T> values)
        where T : unmanaged
    {
        if (values.IsEmpty)
        {
            return [];
        }

        var copy = GC.AllocateUninitializedArray<T>(values.Length);
        values.CopyTo(copy);
        return copy;
    }
}

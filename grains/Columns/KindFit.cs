namespace Analytics.Grains.Columns;

/// <summary>Whether values of one kind fit a column type.</summary>
public enum KindFit : byte
{
    /// <summary>None does: the value goes to <c>_extra</c>.</summary>
    Never = 0,

    /// <summary>Each value decides: see <see cref="ColumnFit.Fits"/>.</summary>
    ByValue = 1,

    /// <summary>All do.</summary>
    Always = 2,
}

namespace Analytics.Silo.Log.File;

/// <summary>What a cursor found at its position.</summary>
internal enum CursorState
{
    /// <summary>An intact record with the expected offset; the cursor is behind it now.</summary>
    Record,

    /// <summary>The limit, exactly after a record.</summary>
    End,

    /// <summary>No intact record with the expected offset; the cursor has not moved.</summary>
    Bad,

    /// <summary>The next record is not in the buffer as a whole, and it was asked not to read.</summary>
    NotBuffered,
}

namespace Analytics.Silo.Audit;

/// <summary>What is counted. The last five are faults.</summary>
internal enum AuditKind
{
    /// <summary>Inputs the log holds for a table: events, or dead letters for theirs.</summary>
    Inputs,

    /// <summary>Rows at the positions of the range.</summary>
    Rows,

    /// <summary>Inputs without a row because an earlier one had their id.</summary>
    Duplicates,

    /// <summary>Inputs without a row because the table refused it; they are dead letters of their own.</summary>
    Refused,

    /// <summary>Inputs without a row whose offset is not committed: they are still on their way.</summary>
    Pending,

    /// <summary>Inputs without a row that nothing accounts for.</summary>
    Missing,

    /// <summary>Inputs with two rows or more.</summary>
    Doubled,

    /// <summary>Inputs whose row has another time, arrival or id.</summary>
    Changed,

    /// <summary>Rows at positions where the log has no such input.</summary>
    Unexplained,

    /// <summary>Offsets of the log that cannot be read.</summary>
    Unreadable,
}

namespace Analytics.Silo.Audit;

/// <summary>Numbers of one table, one partition or the whole audit; <see cref="AuditKind"/> says what each means.</summary>
internal sealed record AuditCounts(
    long Inputs, long Rows, long Duplicates, long Refused, long Pending, long Missing, long Doubled, long Changed, long Unexplained, long Unreadable)
{
    /// <summary>Whether there is no fault.</summary>
    public bool IsClean() => (Missing | Doubled | Changed | Unexplained | Unreadable) == 0;
}

namespace Analytics.Silo.Audit;

/// <summary>One example of a fault.</summary>
/// <param name="Kind">Its <see cref="AuditKind"/> in lower case.</param>
/// <param name="Partition">Log partition.</param>
/// <param name="Offset">Log offset of the message.</param>
/// <param name="Seq">Index in the message.</param>
/// <param name="Project">The project; <see langword="null"/> when the record cannot be read.</param>
/// <param name="Metric">The metric, likewise.</param>
/// <param name="Id">The event's id, empty without one.</param>
/// <param name="Detail">What exactly is wrong.</param>
internal sealed record AuditFault(
    string Kind, int Partition, long Offset, long Seq, string? Project, string? Metric, string Id, string Detail);

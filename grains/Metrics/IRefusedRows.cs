namespace Analytics.Grains.Metrics;

/// <summary>Where rows go that a table refuses: back into the log, as inputs that are dead letters already.</summary>
public interface IRefusedRows
{
    /// <summary>Completes when the rows are durable in the log. Appending a row again is harmless: its dead letter has an id made of its position.</summary>
    /// <exception cref="IOException">The log does not take them now.</exception>
    Task AppendAsync(IReadOnlyList<RefusedRow> rows, CancellationToken cancellationToken);
}

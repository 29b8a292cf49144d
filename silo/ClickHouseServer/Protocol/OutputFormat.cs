namespace Analytics.Silo.ClickHouseServer.Protocol;

/// <summary>A format an answer can have.</summary>
/// <param name="Name">As ClickHouse writes it.</param>
/// <param name="ContentType">The answer's.</param>
/// <param name="IsPlainRows">Whether pieces that are each written as an answer of their own make one answer when put together.</param>
internal sealed record OutputFormat(string Name, string ContentType, bool IsPlainRows);

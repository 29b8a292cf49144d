namespace Analytics.Silo.ClickHouseServer.Protocol;

/// <summary>A user who has said the right password.</summary>
/// <param name="Name">The name.</param>
/// <param name="Access">What he may do.</param>
internal sealed record ServedUser(string Name, ServedAccess Access);

namespace Analytics.Silo.ClickHouseServer.Protocol;

/// <summary>What a user may do.</summary>
internal enum ServedAccess : byte
{
    /// <summary>Query tables, within the limits of users' SQL.</summary>
    Read = 0,

    /// <summary>Everything.</summary>
    Full = 1,
}

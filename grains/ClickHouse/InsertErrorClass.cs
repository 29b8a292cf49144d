namespace Analytics.Grains.ClickHouse;

/// <summary>What to do about an insert that failed.</summary>
public enum InsertErrorClass
{
    /// <summary>The server cannot now (memory, parts, disk, connection, a view attached to the table): the same block again, later.</summary>
    Retry = 0,

    /// <summary>The table or its columns are not as believed: read the table, make it right, then again.</summary>
    RefreshSchema = 1,

    /// <summary>Some row's values are refused, whenever they come: find these rows and write the others.</summary>
    RefuseRows = 2,
}

namespace Analytics.Silo.ClickHouseServer.Sql;

/// <summary>Where the parts of an INSERT with data are.</summary>
/// <param name="HeadEnd">Index after the statement without its format.</param>
/// <param name="Format">The data's format.</param>
/// <param name="DataStart">Index of the data's first byte.</param>
internal readonly record struct InsertParts(int HeadEnd, string Format, int DataStart);

namespace Analytics.Silo.ClickHouseServer.Sql;

/// <summary>A piece of a text, by its place.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Start">Index of its first byte.</param>
/// <param name="End">Index after its last byte.</param>
internal readonly record struct SqlPiece(SqlPieceKind Kind, int Start, int End);

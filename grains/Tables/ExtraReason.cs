namespace Analytics.Grains.Tables;

/// <summary>Why a field has no column, as the schema answer shows it.</summary>
internal static class ExtraReason
{
    /// <summary>The name is one of the fixed columns', or means something to the engine: see <see cref="EngineNames"/>.</summary>
    public const string ReservedName = "reserved_name";

    /// <summary>The table has as many columns as it may.</summary>
    public const string ColumnsMax = "columns_max";

    /// <summary>Somebody froze the schema before the field appeared.</summary>
    public const string SchemaFrozen = "schema_frozen";

    /// <summary>The field has another name now, and the event had a value under that name, too.</summary>
    public const string Alias = "alias";

    /// <summary>Only empty arrays so far: they do not tell which type the column should have.</summary>
    public const string EmptyArray = "empty_array";

    /// <summary>Somebody else made a column of this name, with a type no field can have.</summary>
    public const string ForeignColumn = "foreign_column";
}

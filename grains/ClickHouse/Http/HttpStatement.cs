namespace Analytics.Grains.ClickHouse.Http;

/// <summary>One statement as it goes to a server.</summary>
/// <param name="Kind">What it is for.</param>
/// <param name="Sql">Its text.</param>
internal sealed record HttpStatement(StatementKind Kind, string Sql)
{
    /// <summary>The format of the answer, where the text does not name one.</summary>
    public string? Format { get; init; }

    /// <summary>Values by name, as ClickHouse text.</summary>
    public IReadOnlyDictionary<string, string>? Parameters { get; init; }

    /// <summary>The rows of an insert, in the format that its text names.</summary>
    public ReadOnlyMemory<byte> Block { get; init; }

    /// <summary>How many rows that are.</summary>
    public int Rows { get; init; }

    /// <summary>Whether it changes nothing, so that it can be sent again whatever became of it.</summary>
    public bool IsReading => Kind is StatementKind.Query or StatementKind.UserQuery;
}

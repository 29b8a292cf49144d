using Analytics.Silo.ClickHouseServer.Compression;

namespace Analytics.Silo.ClickHouseServer.Protocol;

/// <summary>A request, read and taken apart.</summary>
/// <param name="User">Who asks.</param>
/// <param name="Id">The query's id: the client's own, or a new one.</param>
/// <param name="Sql">The statement, without FORMAT, semicolon and an INSERT's data.</param>
/// <param name="Values">Values of placeholders, as ClickHouse text.</param>
internal sealed record ServedRequest(ServedUser User, string Id, string Sql, IReadOnlyDictionary<string, string> Values)
{
    /// <summary>The answer's format; for an INSERT with data its data's.</summary>
    public required OutputFormat Format { get; init; }

    /// <summary>An INSERT's data, in order; <see langword="null"/> for every other statement.</summary>
    public IReadOnlyList<ReadOnlyMemory<byte>>? Data { get; init; }

    /// <summary>The database of names without one; <see langword="null"/> for the engine's own choice.</summary>
    public string? Database { get; init; }

    /// <summary>Settings of the engine for this statement.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Settings { get; init; } = [];

    /// <summary>Whether the statement may not change anything, whatever the user may: GET, or <c>readonly</c>.</summary>
    public bool IsReadOnly { get; init; }

    /// <summary>Whether the answer begins only when all of it is there.</summary>
    public bool IsWhole { get; init; }

    /// <summary>The session; <see langword="null"/> without one.</summary>
    public SessionKey? Session { get; init; }

    /// <summary>How the answer is compressed for HTTP; <see langword="null"/> for not at all.</summary>
    public AnswerCoding? Coding { get; init; }

    /// <summary>Whether the answer is in ClickHouse's own compressed frames.</summary>
    public bool IsFramed { get; init; }
}

using System.Text.Json;
using Analytics.Grains.ClickHouse;

namespace Analytics.Tests.ClickHouse;

/// <summary>Stands for servers that are not to be had in a test, a cluster's: keeps the statements, and answers what it was given for the queries that contain a text.</summary>
internal sealed class ScriptedClickHouse(ServerLayout layout) : IClickHouse
{
    private readonly List<(string Part, string[][] Rows)> _answers = [];
    private readonly List<string> _statements = [];

    /// <summary>What queries that contain this are answered; others get no rows.</summary>
    public string[][] this[string part]
    {
        set => _answers.Add((part, value));
    }

    /// <summary>Everything that was sent, in order.</summary>
    public string[] Statements => [.. _statements];

    public ServerLayout Layout => layout;

    public Task ExecuteAsync(string sql, CancellationToken cancellationToken = default)
    {
        _statements.Add(sql);
        return Task.CompletedTask;
    }

    public Task<byte[]> QueryAsync(
        string sql, string format, IReadOnlyDictionary<string, string>? parameters = null, CancellationToken cancellationToken = default)
    {
        _statements.Add(sql);
        var rows = _answers.FirstOrDefault(answer => sql.Contains(answer.Part, StringComparison.Ordinal)).Rows ?? [];
        return Task.FromResult<byte[]>([.. rows.SelectMany(row => JsonSerializer.SerializeToUtf8Bytes(row).Append((byte)'\n'))]);
    }

    public Task<byte[]> QueryReadOnlyAsync(
        string sql, string format, IReadOnlyDictionary<string, string>? parameters = null, CancellationToken cancellationToken = default) =>
        throw new NotSupportedException();

    public Task InsertAsync(InsertBlock block, CancellationToken cancellationToken = default) => throw new NotSupportedException();
}

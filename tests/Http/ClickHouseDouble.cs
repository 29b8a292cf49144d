using System.Collections.Concurrent;
using System.Text;
using Analytics.Grains.ClickHouse;

namespace Analytics.Tests.Http;

/// <summary>Answers what the test says, and notes what it was asked.</summary>
internal sealed class ClickHouseDouble : IClickHouse
{
    /// <summary>The answer to every query.</summary>
    public Func<string, string> Answer { get; set; } = _ => string.Empty;

    /// <summary>Queries of our own, in order.</summary>
    public ConcurrentQueue<(string Sql, string Format, IReadOnlyDictionary<string, string>? Parameters)> Queries { get; } = new();

    /// <summary>Queries of users, in order.</summary>
    public ConcurrentQueue<(string Sql, string Format, IReadOnlyDictionary<string, string>? Parameters)> UserQueries { get; } = new();

    /// <summary>Statements without an answer, in order.</summary>
    public ConcurrentQueue<string> Statements { get; } = new();

    /// <summary>Why statements without an answer fail; <see langword="null"/> when they do not.</summary>
    public ClickHouseException? Failure { get; set; }

    public Task ExecuteAsync(string sql, CancellationToken cancellationToken = default)
    {
        Statements.Enqueue(sql);
        return Failure is { } failure ? Task.FromException(failure) : Task.CompletedTask;
    }

    public Task<byte[]> QueryAsync(
        string sql, string format, IReadOnlyDictionary<string, string>? parameters = null, CancellationToken cancellationToken = default)
    {
        Queries.Enqueue((sql, format, parameters));
        return AnswerAsync(sql);
    }

    public Task<byte[]> QueryReadOnlyAsync(
        string sql, string format, IReadOnlyDictionary<string, string>? parameters = null, CancellationToken cancellationToken = default)
    {
        UserQueries.Enqueue((sql, format, parameters));
        return AnswerAsync(sql);
    }

    public Task InsertAsync(InsertBlock block, CancellationToken cancellationToken = default) => throw new NotSupportedException();

    private async Task<byte[]> AnswerAsync(string sql)
    {
        await Task.Yield();
        return Encoding.UTF8.GetBytes(Answer(sql));
    }
}

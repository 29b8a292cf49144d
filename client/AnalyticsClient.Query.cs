using System.Text;
using System.Text.Json;

namespace Analytics.Client;

/// <content>SQL.</content>
public sealed partial class AnalyticsClient
{
    /// <summary>Runs read-only SQL and returns its rows.</summary>
    /// <typeparam name="T">A type with a member a column, matched by name without regard to case.</typeparam>
    /// <param name="sql">One SELECT; <c>{name:Type}</c> placeholders are filled from <paramref name="parameters"/>.</param>
    /// <param name="parameters">Strings, numbers, booleans, nulls, or arrays of these, by name.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <exception cref="AnalyticsException">ClickHouse refused it: <c>query_failed</c>, <c>query_refused</c> or <c>query_timeout</c>.</exception>
    public async Task<IReadOnlyList<T>> QueryAsync<T>(
        string sql, IReadOnlyDictionary<string, object?>? parameters = null, CancellationToken cancellationToken = default)
    {
        var answer = await QueryBytesAsync(sql, "JSONEachRow", parameters, cancellationToken).ConfigureAwait(false);
        var rows = new List<T>();
        foreach (var range in answer.AsSpan().Split((byte)'\n'))
        {
            var (start, length) = range.GetOffsetAndLength(answer.Length);
            if (length > 0)
            {
                rows.Add(JsonSerializer.Deserialize<T>(answer.AsSpan(start, length), Json)!);
            }
        }

        return rows;
    }

    /// <summary>Runs read-only SQL and returns its answer as text.</summary>
    /// <param name="sql">One SELECT.</param>
    /// <param name="format">JSON, JSONCompact, JSONEachRow, JSONCompactEachRow, CSV, CSVWithNames, TSV, TSVWithNames or Markdown.</param>
    /// <param name="parameters">As for <see cref="QueryAsync{T}"/>.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <exception cref="AnalyticsException">ClickHouse refused it, or there is no such format (<c>query_invalid</c>).</exception>
    public async Task<string> QueryTextAsync(
        string sql, string format = "JSON", IReadOnlyDictionary<string, object?>? parameters = null, CancellationToken cancellationToken = default) =>
        Encoding.UTF8.GetString(await QueryBytesAsync(sql, format, parameters, cancellationToken).ConfigureAwait(false));

    /// <inheritdoc />
    public async Task<byte[]> QueryBytesAsync(
        string sql, string format, IReadOnlyDictionary<string, object?>? parameters = null, CancellationToken cancellationToken = default)
    {
        using var content = new ByteArrayContent(JsonSerializer.SerializeToUtf8Bytes(new { sql, format, parameters }));
        return await SendAsync(HttpMethod.Post, "/v1/query", content, cancellationToken).ConfigureAwait(false);
    }
}

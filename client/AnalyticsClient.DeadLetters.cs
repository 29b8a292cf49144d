using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Analytics.Client;

/// <content>Dead letters: what could not become an event.</content>
public sealed partial class AnalyticsClient
{
    private static readonly JsonSerializerOptions SnakeCase = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    };

    /// <summary>A page of dead letters, newest first.</summary>
    /// <param name="filter">Which; <see langword="null"/> for all.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <exception cref="AnalyticsException">The filter is wrong (<c>parameter_invalid</c>), or the server could not answer.</exception>
    public async Task<DeadLetterPage> DeadLettersAsync(DeadLetterFilter? filter = null, CancellationToken cancellationToken = default)
    {
        var answer = await SendAsync(HttpMethod.Get, "/v1/dead-letters" + Query(filter ?? new DeadLetterFilter()), null, cancellationToken).ConfigureAwait(false);
        var page = JsonSerializer.Deserialize<PageAnswer>(answer, SnakeCase)!;
        return new DeadLetterPage([.. page.DeadLetters.Select(letter => letter.ToLetter())], page.Next);
    }

    /// <summary>Makes events of dead letters that are events now, oldest first, each exactly once. Repeating it is harmless.</summary>
    /// <param name="replay">Which.</param>
    /// <param name="cancellationToken">Gives up waiting; the server stops between batches.</param>
    /// <exception cref="AnalyticsException">
    /// The request is wrong (<c>replay_invalid</c>), another replay is running (<c>replay_running</c>), or the server took no more for now
    /// (<see cref="AnalyticsException.IsTransient"/>): what was replayed is marked, and the same request goes on from there.
    /// </exception>
    public async Task<DeadLetterReplayResult> ReplayDeadLettersAsync(DeadLetterReplay replay, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(replay);
        using var content = new ByteArrayContent(JsonSerializer.SerializeToUtf8Bytes(replay, SnakeCase));
        var answer = await SendAsync(HttpMethod.Post, "/v1/dead-letters/replay", content, cancellationToken).ConfigureAwait(false);
        return JsonSerializer.Deserialize<DeadLetterReplayResult>(answer, SnakeCase)!;
    }

    private static string Query(DeadLetterFilter filter) => QueryText(
        ("limit", filter.Limit?.ToString(CultureInfo.InvariantCulture)), ("code", filter.Code), ("project", filter.Project), ("metric", filter.Metric),
        ("from", Milliseconds(filter.From)), ("to", Milliseconds(filter.To)), ("replayed", filter.Replayed switch { true => "true", false => "false", null => null }),
        ("before", filter.Before));

    private sealed record PageAnswer(LetterAnswer[] DeadLetters, string? Next);

    private sealed record LetterAnswer(
        string Position, DateTimeOffset Time, string Code, string Reason, string? Project, string? Metric, bool? Bare, long RawSize, string Raw,
        string RawEncoding, DateTimeOffset? Replayed)
    {
        public DeadLetter ToLetter() => new()
        {
            Position = Position,
            Time = Time,
            Code = Code,
            Reason = Reason,
            Project = Project,
            Metric = Metric,
            Bare = Bare,
            RawSize = RawSize,
            Raw = RawEncoding == "base64" ? Convert.FromBase64String(Raw) : Encoding.UTF8.GetBytes(Raw),
            Replayed = Replayed,
        };
    }
}

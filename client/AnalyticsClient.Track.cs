using System.IO.Compression;
using System.Net.Http.Headers;
using System.Text.Json;

namespace Analytics.Client;

/// <content>Sending events.</content>
public sealed partial class AnalyticsClient
{
    // Below this, compressing costs more than it saves.
    private const int GzipBytesMin = 1024;

    // A body of more events is sent in several requests: well under the server's default limit of 32 MiB.
    private const int BodyBytesMax = 8 * 1024 * 1024;

    /// <inheritdoc />
    public TrackerCounts Counts => _tracker.IsValueCreated ? _tracker.Value.Counts : new TrackerCounts(0, 0, 0, 0, 0, 0, 0, null);

    /// <inheritdoc />
    public bool Track(TrackedEvent tracked) => _tracker.Value.Track(tracked);

    /// <inheritdoc cref="IAnalyticsClient.Track(string, string, object)" />
    public bool Track(string project, string metric, object fields) => Track(new TrackedEvent(project, metric, fields));

    /// <inheritdoc />
    public Task FlushAsync(CancellationToken cancellationToken = default) =>
        _tracker.IsValueCreated ? _tracker.Value.FlushAsync(cancellationToken) : Task.CompletedTask;

    /// <summary>
    /// Sends events, in requests of at most 8 MiB one after the other, and returns when all of them are durable.
    /// Nothing is sent again by itself: events with an <see cref="TrackedEvent.Id"/> can be, without harm.
    /// </summary>
    /// <param name="events">Any number of events; none is no request.</param>
    /// <param name="cancellationToken">Gives up waiting; the events may have been taken all the same.</param>
    /// <exception cref="AnalyticsException">A request failed as a whole; those before it were taken.</exception>
    /// <exception cref="HttpRequestException">The server could not be reached.</exception>
    public async Task<TrackResult> TrackAsync(IEnumerable<TrackedEvent> events, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(events);
        var accepted = 0;
        var errors = new List<TrackError>();
        var rejected = 0;
        var sent = 0;
        using var body = new MemoryStream();
        using var writer = new Utf8JsonWriter(body);
        foreach (var tracked in events)
        {
            // One event a line.
            TrackedEventJson.Write(writer, tracked);
            body.WriteByte((byte)'\n');
            sent++;
            if (body.Length >= BodyBytesMax)
            {
                await SendBodyAsync().ConfigureAwait(false);
            }
        }

        if (body.Length > 0)
        {
            await SendBodyAsync().ConfigureAwait(false);
        }

        return new TrackResult(accepted, rejected, errors);

        async Task SendBodyAsync()
        {
            var first = accepted + rejected;
            var answer = await PostEventsAsync(body, cancellationToken).ConfigureAwait(false);
            accepted += answer.Accepted;
            rejected += answer.Rejected;
            errors.AddRange(answer.Errors.Select(error => error with { Index = error.Index + first }));
            body.SetLength(0);
        }
    }

    private async Task<TrackResult> PostEventsAsync(MemoryStream body, CancellationToken cancellationToken)
    {
        var bytes = body.GetBuffer().AsMemory(0, (int)body.Length);
        var isGzip = bytes.Length >= GzipBytesMin;
        using var content = new ReadOnlyMemoryContent(isGzip ? Gzip(bytes.Span) : bytes);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/x-ndjson");
        if (isGzip)
        {
            content.Headers.ContentEncoding.Add("gzip");
        }

        var answer = await SendAsync(HttpMethod.Post, "/v1/events", content, cancellationToken).ConfigureAwait(false);
        return JsonSerializer.Deserialize<TrackResult>(answer, Json)!;
    }

    private static byte[] Gzip(ReadOnlySpan<byte> bytes)
    {
        using var packed = new MemoryStream(bytes.Length / 4);
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest))
        {
            gzip.Write(bytes);
        }

        return packed.ToArray();
    }
}

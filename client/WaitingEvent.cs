using System.Text.Json;

namespace Analytics.Client;

/// <summary>An event that waits to be sent, or a flush that waits for those before it.</summary>
/// <param name="Event">The event with id, time and its fields as JSON; <see langword="null"/> for a flush.</param>
/// <param name="Bytes">What it takes in memory, about.</param>
/// <param name="Flushed">Completed when the batch it is in is done; <see langword="null"/> for an event.</param>
internal sealed record WaitingEvent(TrackedEvent? Event, int Bytes, TaskCompletionSource? Flushed)
{
    // Names, id, time and the objects themselves.
    private const int OverheadBytes = 200;

    /// <summary>An event as it is now.</summary>
    /// <param name="tracked">The event.</param>
    /// <param name="now">Its time, if it has none.</param>
    /// <exception cref="ArgumentException">A name is missing, or the fields are no object.</exception>
    public static WaitingEvent Of(TrackedEvent tracked, DateTimeOffset now)
    {
        ArgumentException.ThrowIfNullOrEmpty(tracked.Project);
        ArgumentException.ThrowIfNullOrEmpty(tracked.Metric);
        var json = tracked.Fields is RawFields raw ? raw.Json : JsonSerializer.SerializeToUtf8Bytes(tracked.Fields, tracked.Fields.GetType());
        if (json.Span[0] != (byte)'{')
        {
            throw new ArgumentException("they are written as something else.");
        }

        var whole = tracked with { Fields = new RawFields(json), Id = tracked.Id ?? Guid.CreateVersion7(now).ToString("N"), Time = tracked.Time ?? now };
        return new WaitingEvent(whole, json.Length + OverheadBytes, null);
    }
}

namespace Analytics.Client;

/// <summary>Takes events to where they are durable: a server, or Kafka.</summary>
public interface IEventSender
{
    /// <summary>Sends events and returns when they are durable. Events with an <see cref="TrackedEvent.Id"/> can be sent again without harm.</summary>
    /// <param name="events">Any number of events.</param>
    /// <param name="cancellationToken">Gives up waiting; the events may have been taken all the same.</param>
    /// <exception cref="AnalyticsException">The events were not taken.</exception>
    /// <exception cref="HttpRequestException">The server could not be reached.</exception>
    Task<TrackResult> TrackAsync(IEnumerable<TrackedEvent> events, CancellationToken cancellationToken = default);
}

namespace Analytics.Client;

/// <summary>Where the server is and how events are sent.</summary>
public sealed record AnalyticsClientOptions
{
    /// <summary>The server's address.</summary>
    public Uri Server { get; init; } = new("http://127.0.0.1:8080");

    /// <summary>Makes the HTTP client, with the server as its base address and whatever headers a proxy wants; an ordinary one without it.</summary>
    public Func<HttpClient>? HttpClient { get; init; }

    /// <summary>How events are sent in the background.</summary>
    public TrackerOptions Tracker { get; init; } = new();

    /// <summary>Takes the events that are tracked in the background instead of the server, for example a <c>KafkaTracker</c>; the client disposes of it.</summary>
    public IEventSender? Sender { get; init; }
}

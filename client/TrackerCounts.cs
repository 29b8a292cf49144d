namespace Analytics.Client;

/// <summary>What became of events tracked in the background. Each tracked event is in exactly one of the counts but <see cref="Retries"/>.</summary>
/// <param name="Waiting">Not sent yet, or sent and not answered yet.</param>
/// <param name="Accepted">Durable.</param>
/// <param name="Rejected">Refused by the server, which keeps them as dead letters.</param>
/// <param name="Full">Refused here: too many waited already.</param>
/// <param name="Invalid">Refused here: the fields are no JSON object, a name is missing, or the tracker was disposed of.</param>
/// <param name="Lost">Given up: the server refused the request for good, or did not answer before the tracker was disposed of.</param>
/// <param name="Retries">Requests sent again.</param>
/// <param name="LastError">Why the latest request failed, or the latest event was refused; <see langword="null"/> when nothing ever was.</param>
public sealed record TrackerCounts(long Waiting, long Accepted, long Rejected, long Full, long Invalid, long Lost, long Retries, string? LastError)
{
    /// <summary>Events that will never be in a table, as far as this side knows.</summary>
    public long Refused => Rejected + Full + Invalid + Lost;
}

namespace Analytics.Tests.Faults;

/// <summary>A good event as it was sent: what must be in its table exactly once.</summary>
/// <param name="Project">The project.</param>
/// <param name="Metric">The metric.</param>
/// <param name="Uid">Unique in the run, in its field <c>uid</c>; copies of the event carry the same.</param>
/// <param name="HasId">Whether <c>uid</c> is its <c>id</c>, too, so that sending it again is harmless. Only positions keep the others from being doubled.</param>
/// <param name="Number">Its field <c>n</c>.</param>
/// <param name="Quarters">Its field <c>amount</c> in quarters: sums of such doubles are exact.</param>
/// <param name="Json">The event with its envelope.</param>
/// <param name="BareJson">The event as bare fields.</param>
internal sealed record LoadEvent(string Project, string Metric, string Uid, bool HasId, long Number, long Quarters, string Json, string BareJson);

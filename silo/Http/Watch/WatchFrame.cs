namespace Analytics.Silo.Http.Watch;

/// <summary>A metric's live state as server-sent events, made once for all who watch.</summary>
/// <param name="Number">One more than that of the frame before.</param>
/// <param name="Id">The same for the same state, whichever server says it.</param>
/// <param name="Snapshot">An event with all of it.</param>
/// <param name="Change">An event with what is other than in the frame before.</param>
internal sealed record WatchFrame(long Number, string Id, byte[] Snapshot, byte[] Change);

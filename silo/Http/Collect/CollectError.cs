using Analytics.Silo.Ingest.Decode;

namespace Analytics.Silo.Http.Collect;

/// <summary>A refused event of a body.</summary>
/// <param name="Index">Its index in the body.</param>
/// <param name="Error">Why.</param>
internal readonly record struct CollectError(int Index, InputError Error);

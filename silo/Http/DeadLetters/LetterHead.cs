namespace Analytics.Silo.Http.DeadLetters;

/// <summary>A dead letter that is to be replayed, without its bytes.</summary>
/// <param name="Place">Its time and position.</param>
/// <param name="RawSize">Bytes of its input before any cut.</param>
/// <param name="MarkVersion">Version of its mark; 0 when there is none and so no replay of it was ever begun.</param>
internal readonly record struct LetterHead(DeadLetterCursor Place, long RawSize, ulong MarkVersion);

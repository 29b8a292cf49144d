namespace Analytics.Tests.Faults;

/// <summary>One request body, and what its answer must say.</summary>
/// <param name="Path">The route.</param>
/// <param name="Bytes">The body as it is sent.</param>
/// <param name="IsGzip">Whether the bytes are packed.</param>
/// <param name="Events">Its good events, copies of earlier ones included.</param>
/// <param name="Broken">The bytes, as text, of each of its inputs that must be refused; each is unique in the run.</param>
internal sealed record LoadBody(string Path, byte[] Bytes, bool IsGzip, IReadOnlyList<LoadEvent> Events, IReadOnlyList<string> Broken);

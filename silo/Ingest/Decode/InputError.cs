namespace Analytics.Silo.Ingest.Decode;

/// <summary>Why an input could not become an event.</summary>
/// <param name="Code">One of <see cref="InputErrorCodes"/>; stable, callers may switch on it.</param>
/// <param name="Message">The reason in the caller's words: the field, the limit, the byte position.</param>
internal sealed record InputError(string Code, string Message);

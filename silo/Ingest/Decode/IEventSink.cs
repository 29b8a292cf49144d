using Analytics.GrainInterfaces.Batches;

namespace Analytics.Silo.Ingest.Decode;

/// <summary>
/// What a walker does with what it finds. A struct, so that the walker is compiled for each and the validator, which builds nothing,
/// cannot judge otherwise than the decoder.
/// </summary>
internal interface IEventSink
{
    /// <summary>Begins an event of a metric that is known; <see langword="null"/> when it is not.</summary>
    /// <returns>The names of its fields, ready for a new event.</returns>
    FieldNames? TryEnter(ReadOnlySpan<byte> project, ReadOnlySpan<byte> metric);

    /// <summary>Begins an event of a metric that is not known; both names are valid.</summary>
    FieldNames Enter(ReadOnlySpan<byte> project, ReadOnlySpan<byte> metric);

    /// <summary>Adds a value that fits a word: a bool, an integer, a double's bits.</summary>
    void Add(int field, FieldKind kind, long bits);

    /// <summary>Adds a text or an encoded array.</summary>
    void Add(int field, FieldKind kind, ReadOnlySpan<byte> bytes);

    /// <summary>The event is good: every value of it was added.</summary>
    /// <param name="input">Where it is.</param>
    /// <param name="timeMs">Its time; <see langword="null"/> when it gives none.</param>
    /// <param name="id">Its id; empty when it gives none.</param>
    void Commit(in InputRange input, long? timeMs, ReadOnlySpan<byte> id);

    /// <summary>Nothing is known of the event any more: when one was entered, what was added since is taken back.</summary>
    void Cancel();

    /// <summary>The input is no event. When one was entered, what was added since is taken back.</summary>
    /// <param name="input">Where it is, and its size.</param>
    /// <param name="raw">Its bytes, or the beginning of them.</param>
    /// <param name="error">What is wrong.</param>
    /// <param name="project">The project it names; empty when it could not be read.</param>
    /// <param name="metric">The metric it names; empty when it could not be read.</param>
    void Reject(in InputRange input, ReadOnlySpan<byte> raw, InputError error, ReadOnlySpan<byte> project, ReadOnlySpan<byte> metric);
}

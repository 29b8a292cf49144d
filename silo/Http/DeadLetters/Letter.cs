using Analytics.Silo.Ingest.Decode;

namespace Analytics.Silo.Http.DeadLetters;

/// <summary>A dead letter with its bytes.</summary>
/// <param name="Head">Where it is, and its mark.</param>
/// <param name="ReceivedMs">When its message was received: the time of an event that names none.</param>
/// <param name="Raw">The input's bytes, as many as were kept.</param>
/// <param name="Project">The project; empty when it is not known.</param>
/// <param name="Metric">The metric; empty when it is not known.</param>
/// <param name="IsBare">Whether the bytes are bare fields; <see langword="null"/> in letters that do not say so.</param>
internal sealed record Letter(LetterHead Head, long ReceivedMs, byte[] Raw, string Project, string Metric, bool? IsBare)
{
    /// <summary>The topic of other producers it came from; empty for every other letter.</summary>
    public string Topic { get; init; } = "";

    /// <summary>What its message had besides its value, where the topic's events get it.</summary>
    public MessageParts Parts { get; init; }

    /// <summary>Its place in the log.</summary>
    public DeadLetterPosition Position => Head.Place.Position;

    /// <summary>Whether bytes are missing.</summary>
    public bool IsTruncated => Head.RawSize > Raw.Length;
}

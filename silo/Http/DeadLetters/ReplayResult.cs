using Analytics.Silo.Ingest.Decode;

namespace Analytics.Silo.Http.DeadLetters;

/// <summary>How far a replay has come: at its end <c>Matched = Replayed + StillRefusedCount + Truncated + Already</c>.</summary>
internal sealed class ReplayResult
{
    /// <summary>Refused letters told one by one, as many as the collector tells.</summary>
    public const int ErrorsMax = 100;

    /// <summary>Letters that are meant, up to the limit; replayed ones besides.</summary>
    public long Matched { get; set; }

    /// <summary>Letters whose events are in the log now.</summary>
    public long Replayed { get; set; }

    /// <summary>Letters whose events are still refused.</summary>
    public long StillRefusedCount { get; private set; }

    /// <summary>The first of them.</summary>
    public List<(DeadLetterPosition Position, InputError Error)> StillRefused { get; } = [];

    /// <summary>Letters that lack bytes.</summary>
    public long Truncated { get; set; }

    /// <summary>Letters that were replayed before.</summary>
    public long Already { get; set; }

    /// <summary>Where to go on; <see langword="null"/> when there is nothing after.</summary>
    public DeadLetterCursor? Next { get; set; }

    /// <summary>Notes a refused letter.</summary>
    public void Refuse(DeadLetterPosition position, InputError error)
    {
        StillRefusedCount++;
        if (StillRefused.Count < ErrorsMax)
        {
            StillRefused.Add((position, error));
        }
    }
}

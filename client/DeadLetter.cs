using System.Text;

namespace Analytics.Client;

/// <summary>An input that could not become an event.</summary>
public sealed record DeadLetter
{
    /// <summary>Where it is, <c>partition:offset:index</c>; no two letters have the same.</summary>
    public required string Position { get; init; }

    /// <summary>When it came.</summary>
    public required DateTimeOffset Time { get; init; }

    /// <summary>Stable, for example <c>json_invalid</c>.</summary>
    public required string Code { get; init; }

    /// <summary>The reason in words.</summary>
    public required string Reason { get; init; }

    /// <summary>The project it names; <see langword="null"/> when that could not be read.</summary>
    public string? Project { get; init; }

    /// <summary>The metric it names; <see langword="null"/> when that could not be read.</summary>
    public string? Metric { get; init; }

    /// <summary>Whether it is bare fields, sent to the address of its metric; <see langword="null"/> when that is not known.</summary>
    public bool? Bare { get; init; }

    /// <summary>Its bytes before they were cut; larger than <see cref="Raw"/> when they were.</summary>
    public required long RawSize { get; init; }

    /// <summary>Its bytes, as many as were kept.</summary>
    public required ReadOnlyMemory<byte> Raw { get; init; }

    /// <summary>When it was replayed last; <see langword="null"/> when it was not.</summary>
    public DateTimeOffset? Replayed { get; init; }

    /// <summary>Its bytes as text; what is not UTF-8 is replaced.</summary>
    public string RawText => Encoding.UTF8.GetString(Raw.Span);
}

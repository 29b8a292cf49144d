using System.Text.Json;
using System.Text.Json.Serialization;

namespace Analytics.Silo.Http.DeadLetters;

/// <summary>The body of <c>POST /v1/dead-letters/replay</c>: <see cref="All"/>, or a filter, or <see cref="Positions"/>.</summary>
internal sealed record ReplayRequest
{
    /// <summary>Every dead letter.</summary>
    public bool? All { get; init; }

    /// <summary>Those with this code.</summary>
    public string? Code { get; init; }

    /// <summary>Those that name this project.</summary>
    public string? Project { get; init; }

    /// <summary>Those that name this metric.</summary>
    public string? Metric { get; init; }

    /// <summary>Those from this time on: ISO 8601 with a zone, or milliseconds since 1970.</summary>
    public JsonElement? From { get; init; }

    /// <summary>Those before this time.</summary>
    public JsonElement? To { get; init; }

    /// <summary>These, <c>partition:offset:index</c> each.</summary>
    public string[]? Positions { get; init; }

    /// <summary>Letters looked at in one request.</summary>
    public int? Limit { get; init; }

    /// <summary>Go on after what <c>next</c> was in an earlier answer.</summary>
    public string? After { get; init; }

    /// <summary>Also those that were replayed before; what is still in its table stays there once.</summary>
    public bool? Again { get; init; }

    /// <summary>Judge only.</summary>
    public bool? DryRun { get; init; }
}

/// <summary>Reads the body; an unknown member is an error, not a silent typo.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow)]
[JsonSerializable(typeof(ReplayRequest))]
internal sealed partial class ReplayJson : JsonSerializerContext;

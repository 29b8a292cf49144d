using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Primitives;

namespace Analytics.Silo.Http.Collect;

/// <summary>Reads the <c>Content-Encoding</c> header: codings in the order they were applied.</summary>
internal static class ContentCodings
{
    /// <summary>Codings of one body at most: nobody has a reason for more than two, and each costs a pass over the body.</summary>
    public const int CodingsMax = 3;

    private static readonly List<ContentCoding> None = [];

    /// <summary>Reads the header.</summary>
    /// <param name="header">As it came; no value, an empty one and <c>identity</c> mean no coding.</param>
    /// <param name="codings">In the order of application: the last one is taken off first. Not to be changed.</param>
    /// <param name="error">What is not supported.</param>
    public static bool TryParse(StringValues header, out List<ContentCoding> codings, [NotNullWhen(false)] out string? error)
    {
        codings = None;
        error = null;
        if (header.Count == 0)
        {
            return true;
        }

        codings = [];
        foreach (var part in header.ToString().Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            if (part.Equals("identity", StringComparison.OrdinalIgnoreCase))
            {
                continue;
            }

            if (CodingOf(part) is not { } coding)
            {
                error = $"Content-Encoding '{part}' is not supported; there are gzip, deflate, br and identity.";
                return false;
            }

            codings.Add(coding);
        }

        if (codings.Count > CodingsMax)
        {
            error = $"Content-Encoding names {codings.Count} codings; there may be {CodingsMax}.";
            return false;
        }

        return true;
    }

    private static ContentCoding? CodingOf(string name) => name.ToUpperInvariant() switch
    {
        "GZIP" or "X-GZIP" => ContentCoding.Gzip,
        "DEFLATE" => ContentCoding.Deflate,
        "BR" => ContentCoding.Brotli,
        _ => null,
    };
}

using System.Diagnostics.CodeAnalysis;

namespace Analytics.Grains.Configuration;

/// <summary>The addresses in <see cref="ClickHouseOptions.Url"/>.</summary>
public static class ClickHouseUrls
{
    /// <summary>Replicas at most: a statement may be tried on each of them.</summary>
    public const int CountMax = 16;

    /// <summary>What is allowed, in words.</summary>
    public const string Allowed = "1-16 different http:// or https:// addresses separated by ',', without user, path or query";

    /// <summary>Reads the addresses; false when one is none.</summary>
    public static bool TryParse(string? text, [NotNullWhen(true)] out IReadOnlyList<Uri>? urls)
    {
        urls = null;
        var found = new List<Uri>();
        foreach (var part in (text ?? string.Empty).Split(','))
        {
            if (!Uri.TryCreate(part.Trim(), UriKind.Absolute, out var url)
                || (url.Scheme != Uri.UriSchemeHttp && url.Scheme != Uri.UriSchemeHttps)
                || url.UserInfo.Length > 0 || url.PathAndQuery != "/" || url.Fragment.Length > 0 || url.Host.Length == 0 || found.Contains(url))
            {
                return false;
            }

            found.Add(url);
        }

        urls = found.Count <= CountMax ? found : null;
        return urls is not null;
    }
}

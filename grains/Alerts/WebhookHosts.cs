using System.Net;
using System.Net.Sockets;
using Analytics.Grains.Configuration;

namespace Analytics.Grains.Alerts;

/// <summary>Where a webhook may be. Whoever makes an alert must not reach by it what only this server can.</summary>
internal static class WebhookHosts
{
    /// <summary>What is wrong with an address, in the caller's words; <see langword="null"/> when nothing is.</summary>
    public static string? WhyNot(string webhook, AlertOptions options)
    {
        if (!Uri.TryCreate(webhook, UriKind.Absolute, out var uri) || (uri.Scheme != Uri.UriSchemeHttp && uri.Scheme != Uri.UriSchemeHttps))
        {
            return "webhook is an https:// address.";
        }

        if (uri.UserInfo.Length > 0)
        {
            return "webhook has no user and no password in it.";
        }

        if (IsListed(uri.Host, options))
        {
            return null;
        }

        return options.OtherHosts == AlertOptions.Listed ? $"webhook: '{uri.Host}' is not among the hosts that are allowed (Analytics:Alerts:Hosts)."
            : uri.Scheme != Uri.UriSchemeHttps ? $"webhook is an https:// address, unless its host is listed (Analytics:Alerts:Hosts); '{uri.Host}' is not."
            : IPAddress.TryParse(uri.Host.Trim('[', ']'), out var address) && !IsPublic(address)
                ? $"webhook: '{uri.Host}' is no public address; it is allowed when it is listed (Analytics:Alerts:Hosts)."
            : null;
    }

    /// <summary>Whether a host was allowed by name, whatever its addresses are.</summary>
    public static bool IsListed(string host, AlertOptions options) =>
        (options.Hosts ?? string.Empty).Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Contains(host, StringComparer.OrdinalIgnoreCase);

    /// <summary>Whether an address is anybody's to reach: not of this machine, its network, or a network's own service.</summary>
    public static bool IsPublic(IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6)
        {
            address = address.MapToIPv4();
        }

        var bytes = address.GetAddressBytes();
        return address.AddressFamily == AddressFamily.InterNetwork
            ? bytes[0] switch
            {
                0 or 10 or 127 or >= 224 => false,
                100 => bytes[1] is < 64 or > 127,
                169 => bytes[1] != 254,
                172 => bytes[1] is < 16 or > 31,
                192 => !(bytes[1] == 168 || (bytes[1] == 0 && bytes[2] == 0)),
                198 => bytes[1] is not (18 or 19),
                _ => true,
            }
            // Global unicast alone, without the parts of it that lead to addresses of version 4.
            : (bytes[0] & 0xe0) == 0x20 && !(bytes[0] == 0x20 && bytes[1] == 0x02) && !(bytes[0] == 0x20 && bytes[1] == 0x01 && bytes[2] == 0 && bytes[3] == 0);
    }
}

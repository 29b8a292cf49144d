using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Analytics.Grains.Alerts;

/// <summary>Names a change of an alert, the same for whoever computes it.</summary>
internal static class AlertId
{
    private const int BytesShown = 16;

    /// <summary>32 hexadecimal digits.</summary>
    public static string Of(string project, string metric, string alert, long number) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{project}\0{metric}\0{alert}\0{number}")))[..BytesShown]);
}

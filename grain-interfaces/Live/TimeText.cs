using System.Globalization;

namespace Analytics.GrainInterfaces.Live;

/// <summary>Times as text: ISO 8601, UTC, always three fraction digits.</summary>
public static class TimeText
{
    /// <summary>Formats UTC milliseconds since 1970, year 1-9999.</summary>
    public static string Of(long unixMs) =>
        DateTimeOffset.FromUnixTimeMilliseconds(unixMs).ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
}

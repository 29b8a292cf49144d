using System.Globalization;
using System.Text;

namespace Orleans.Runtime;

/// <summary>Integer keys are stored as upper-case hexadecimal, GUID keys as 32 digits: what grain ids look like in logs and storage.</summary>
public static class GrainIdKeyExtensions
{
    /// <summary>The stored form of an integer key.</summary>
    public static IdSpan CreateIntegerKey(long key) => IdSpan.Create(key.ToString("X", CultureInfo.InvariantCulture));

    /// <summary>The stored form of a GUID key.</summary>
    public static IdSpan CreateGuidKey(Guid key) => IdSpan.Create(key.ToString("N"));

    /// <summary>Reads an integer key, or says that it is none.</summary>
    public static bool TryGetIntegerKey(this GrainId grainId, out long key)
        => long.TryParse(grainId.Key.AsSpan(), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out key);

    /// <summary>Reads a GUID key, or says that it is none.</summary>
    public static bool TryGetGuidKey(this GrainId grainId, out Guid key)
        => Guid.TryParseExact(Encoding.UTF8.GetString(grainId.Key.AsSpan()), "N", out key);
}

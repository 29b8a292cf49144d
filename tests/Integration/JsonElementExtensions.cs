using System.Globalization;
using System.Text.Json;

namespace Analytics.Tests.Integration;

/// <summary>Shorthand for reading answers.</summary>
internal static class JsonElementExtensions
{
    /// <summary>A 64-bit integer that was asked for as text.</summary>
    public static long AsLong(this JsonElement row, string name) => long.Parse(row.GetProperty(name).GetString()!, CultureInfo.InvariantCulture);
}

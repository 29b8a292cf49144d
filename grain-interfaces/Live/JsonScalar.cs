using System.Globalization;
using System.Text.Json;
using Orleans;

namespace Analytics.GrainInterfaces.Live;

/// <summary>A JSON scalar kept as its exact text: an integer sum can be larger than any 64-bit type, and a double must not lose digits on the way.</summary>
/// <param name="Text">A number, a quoted text or ISO 8601 time, <c>true</c> or <c>false</c>, as JSON.</param>
[GenerateSerializer, Immutable, Alias("analytics.JsonScalar")]
public readonly record struct JsonScalar([property: Id(0)] string Text)
{
    /// <summary>An integer, exact.</summary>
    public static JsonScalar Of(Int128 value) => new(value.ToString(CultureInfo.InvariantCulture));

    /// <summary>A double in its shortest text that reads back the same. <see langword="null"/> for infinities: JSON has none.</summary>
    public static JsonScalar? Of(double value) => double.IsFinite(value) ? new(value.ToString("R", CultureInfo.InvariantCulture)) : null;

    /// <summary>A time, as a quoted ISO 8601 string with milliseconds and <c>Z</c>.</summary>
    public static JsonScalar OfTime(long unixMs) => new($"\"{TimeText.Of(unixMs)}\"");

    /// <summary>A text, as a quoted JSON string.</summary>
    public static JsonScalar OfText(string value) => new($"\"{JsonEncodedText.Encode(value)}\"");

    /// <inheritdoc />
    public override string ToString() => Text;
}

using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Json;
using Analytics.Grains.ClickHouse;

namespace Analytics.Silo.Http.Query;

/// <summary>Turns JSON values into the text in which ClickHouse takes query parameters.</summary>
internal static class QueryParameters
{
    /// <summary>Converts all values.</summary>
    /// <param name="values">As they came.</param>
    /// <param name="texts">The texts by name; <see langword="null"/> when there are no values.</param>
    /// <param name="error">Which value cannot be a parameter.</param>
    public static bool TryConvert(
        Dictionary<string, JsonElement>? values, out Dictionary<string, string>? texts, [NotNullWhen(false)] out string? error)
    {
        error = null;
        texts = null;
        if (values is null)
        {
            return true;
        }

        texts = new Dictionary<string, string>(values.Count, StringComparer.Ordinal);
        foreach (var (name, value) in values)
        {
            if (!IsName(name) || Text(value) is not { } text)
            {
                error = $"Parameter '{name}' must have a name of letters, digits and _, and a string, number, boolean, null or an array of these as value.";
                return false;
            }

            texts[name] = text;
        }

        return true;
    }

    private static bool IsName(string name) => name.Length is > 0 and <= 64 && name.All(c => char.IsAsciiLetterOrDigit(c) || c == '_');

    private static string? Text(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => SqlText.Parameter(value.GetString()!),
        JsonValueKind.Number => value.GetRawText(),
        JsonValueKind.True => "true",
        JsonValueKind.False => "false",
        JsonValueKind.Null => "\\N",
        JsonValueKind.Array => ArrayText(value),
        _ => null,
    };

    private static string? ArrayText(JsonElement array)
    {
        var text = new StringBuilder("[");
        foreach (var element in array.EnumerateArray())
        {
            var part = element.ValueKind switch
            {
                JsonValueKind.String => SqlText.Literal(element.GetString()!),
                JsonValueKind.Null => "NULL",
                JsonValueKind.Array => ArrayText(element),
                _ => Text(element),
            };
            if (part is null)
            {
                return null;
            }

            text.Append(text.Length == 1 ? string.Empty : ",").Append(part);
        }

        return text.Append(']').ToString();
    }
}

using System.Globalization;
using System.Text.Json;

namespace Analytics.Grains.ClickHouse.Http;

/// <summary>What a server says of a statement in the header <c>X-ClickHouse-Summary</c>.</summary>
internal static class InsertSummary
{
    /// <summary>The header.</summary>
    public const string Header = "X-ClickHouse-Summary";

    /// <summary>Rows written, those of views attached to the table included; <see langword="null"/> when it is not said.</summary>
    public static long? WrittenRows(string? summary)
    {
        if (string.IsNullOrEmpty(summary))
        {
            return null;
        }

        try
        {
            using var document = JsonDocument.Parse(summary);
            return document.RootElement is { ValueKind: JsonValueKind.Object } root
                && root.TryGetProperty("written_rows", out var rows)
                && long.TryParse(rows.ToString(), NumberStyles.None, CultureInfo.InvariantCulture, out var count)
                ? count
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}

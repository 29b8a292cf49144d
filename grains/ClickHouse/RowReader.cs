using System.Text.Json;

namespace Analytics.Grains.ClickHouse;

/// <summary>Reads answers in the format <c>JSONCompactEachRow</c> whose columns are all text (<c>toString(…)</c>): one array of strings a row.</summary>
internal static class RowReader
{
    /// <summary>The format to ask for.</summary>
    public const string Format = "JSONCompactEachRow";

    /// <summary>Runs a query and reads its rows. NULL is <see langword="null"/>.</summary>
    /// <exception cref="ClickHouseException">The query was refused.</exception>
    public static async Task<List<string?[]>> ReadRowsAsync(
        this IClickHouse clickHouse, string sql, IReadOnlyDictionary<string, string>? parameters = null, CancellationToken cancellationToken = default) =>
        Parse(await clickHouse.QueryAsync(sql, Format, parameters, cancellationToken));

    /// <summary>Reads the rows of an answer.</summary>
    public static List<string?[]> Parse(byte[] answer)
    {
        var rows = new List<string?[]>();
        var reader = new Utf8JsonReader(answer, new JsonReaderOptions { AllowMultipleValues = true });
        var row = new List<string?>();
        while (reader.Read())
        {
            switch (reader.TokenType)
            {
                case JsonTokenType.StartArray:
                    row.Clear();
                    break;
                case JsonTokenType.EndArray:
                    rows.Add([.. row]);
                    break;
                case JsonTokenType.Null:
                    row.Add(null);
                    break;
                case JsonTokenType.String:
                    row.Add(reader.GetString());
                    break;
                default:
                    throw new FormatException($"The answer holds a {reader.TokenType} at byte {reader.TokenStartIndex}; every column must be text.");
            }
        }

        return rows;
    }
}

using System.Globalization;
using System.Text.Json;
using Analytics.GrainInterfaces.Live;
using Analytics.Grains.Columns;
using Analytics.Grains.Query;

namespace Analytics.Silo.Http.Series;

/// <summary>Writes the answer of <c>GET …/series</c>: <c>{"project","metric","agg","field","by","from","to","step","tz","series":[{"group","points":[["…Z",n],…]},…]}</c>.</summary>
internal static class SeriesJson
{
    /// <summary>Writes it.</summary>
    /// <param name="json">The writer.</param>
    /// <param name="project">The project.</param>
    /// <param name="metric">The metric.</param>
    /// <param name="query">What was asked.</param>
    /// <param name="rows">The rows of <see cref="SeriesSql"/>.</param>
    public static void Write(Utf8JsonWriter json, string project, string metric, SeriesQuery query, IReadOnlyList<string?[]> rows)
    {
        json.WriteStartObject();
        json.WriteString("project"u8, project);
        json.WriteString("metric"u8, metric);
        json.WriteString("agg"u8, query.Aggregate.ToString().ToLowerInvariant());
        if (query.Field is { } field)
        {
            json.WriteString("field"u8, field.Name);
        }

        if (query.By is { } by)
        {
            json.WriteString("by"u8, by.Name);
        }

        json.WriteString("from"u8, TimeText.Of(query.FromMs));
        json.WriteString("to"u8, TimeText.Of(query.ToMs));
        json.WriteString("step"u8, query.Step.ToString());
        json.WriteString("tz"u8, query.TimeZone);
        json.WriteStartArray("series"u8);
        foreach (var series in rows.GroupBy(static row => row[1]!).OrderBy(static series => Order(series.Key)).ThenByDescending(static series => series.Count()))
        {
            json.WriteStartObject();
            WriteGroup(json, query, series.Key);
            json.WriteStartArray("points"u8);
            foreach (var row in series)
            {
                WritePoint(json, query, row);
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    // Values first, then rows without one, then all the others.
    private static int Order(string group) => group switch { SeriesSql.NoValue => 1, SeriesSql.Others => 2, _ => 0 };

    private static void WriteGroup(Utf8JsonWriter json, SeriesQuery query, string group)
    {
        if (query.By is null)
        {
            return;
        }

        switch (group)
        {
            case SeriesSql.NoValue:
                json.WriteNull("group"u8);
                break;
            case SeriesSql.Others:
                json.WriteBoolean("other"u8, true);
                break;
            default:
                json.WriteString("group"u8, group[1..]);
                break;
        }
    }

    private static void WritePoint(Utf8JsonWriter json, SeriesQuery query, string?[] row)
    {
        json.WriteStartArray();
        json.WriteStringValue(TimeText.Of(Milliseconds(row[0]!)));
        if (row[2] is not { } value || value is "nan" or "inf" or "-inf")
        {
            json.WriteNullValue();
        }
        else if (query is { Field.Type: ColumnType.DateTime, Aggregate: SeriesAggregate.Min or SeriesAggregate.Max })
        {
            json.WriteStringValue(TimeText.Of(Milliseconds(value)));
        }
        else
        {
            json.WriteRawValue(value, skipInputValidation: true);
        }

        json.WriteEndArray();
    }

    private static long Milliseconds(string text) => long.Parse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
}

using System.Text.Json;
using Analytics.Grains.Columns;

namespace Analytics.Silo.Http.Read;

/// <summary>
/// Turns rows of a metric's table (JSONEachRow) into events:
/// <c>{"time","id","received","position":{"partition","offset","index"},"fields":{…},"extra":{…}}</c>. Fields without a value are left out, as
/// are an empty id and an empty <c>extra</c>: the values no column could take, as text by field name, apart so that they are seen.
/// </summary>
internal static class EventRowsJson
{
    /// <summary>The end of a query for such rows: ISO 8601 times, numbers as numbers, text as it is.</summary>
    public const string Settings =
        "SETTINGS date_time_output_format = 'iso', output_format_json_quote_64bit_integers = 0, output_format_json_quote_denormals = 0, "
        + "output_format_json_escape_forward_slashes = 0, output_format_json_named_tuples_as_objects = 1";

    /// <summary>Writes one object a row.</summary>
    public static void Write(Utf8JsonWriter json, ReadOnlySpan<byte> rows)
    {
        foreach (var range in rows.Split((byte)'\n'))
        {
            var row = rows[range];
            if (!row.IsEmpty)
            {
                WriteRow(json, row);
            }
        }
    }

    private static void WriteRow(Utf8JsonWriter json, ReadOnlySpan<byte> row)
    {
        json.WriteStartObject();
        WriteValue(json, row, FixedColumns.Time, "time"u8);
        WriteValue(json, row, FixedColumns.Id, "id"u8);
        WriteValue(json, row, FixedColumns.Received, "received"u8);
        json.WriteStartObject("position"u8);
        WriteValue(json, row, FixedColumns.Partition, "partition"u8);
        WriteValue(json, row, FixedColumns.Offset, "offset"u8);
        WriteValue(json, row, FixedColumns.Sequence, "index"u8);
        json.WriteEndObject();
        json.WriteStartObject("fields"u8);
        var reader = new Utf8JsonReader(row);
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = reader.GetString()!;
            var value = ReadRaw(ref reader, row);
            if (!FixedColumns.Contains(name) && !IsAbsent(value))
            {
                json.WritePropertyName(name);
                json.WriteRawValue(value, skipInputValidation: true);
            }
        }

        json.WriteEndObject();
        WriteValue(json, row, FixedColumns.Extra, "extra"u8);
        json.WriteEndObject();
    }

    // A column that has no value in the row.
    private static bool IsAbsent(ReadOnlySpan<byte> value) => value.SequenceEqual("null"u8);

    private static void WriteValue(Utf8JsonWriter json, ReadOnlySpan<byte> row, string column, ReadOnlySpan<byte> name)
    {
        var reader = new Utf8JsonReader(row);
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isColumn = reader.ValueTextEquals(column);
            var value = ReadRaw(ref reader, row);
            if (isColumn)
            {
                if (!value.SequenceEqual("\"\""u8) && !value.SequenceEqual("{}"u8))
                {
                    json.WritePropertyName(name);
                    json.WriteRawValue(value, skipInputValidation: true);
                }

                return;
            }
        }
    }

    private static ReadOnlySpan<byte> ReadRaw(ref Utf8JsonReader reader, ReadOnlySpan<byte> row)
    {
        reader.Read();
        var start = (int)reader.TokenStartIndex;
        reader.Skip();
        return row[start..(int)reader.BytesConsumed];
    }
}

using System.Text.Json;
using Analytics.GrainInterfaces.Schema;

namespace Analytics.Silo.Http.Read;

/// <summary>A metric's columns as JSON.</summary>
internal static class SchemaJson
{
    /// <summary>Writes the object.</summary>
    public static void Write(Utf8JsonWriter json, MetricSchema schema)
    {
        json.WriteStartObject();
        json.WriteString("project"u8, schema.Project);
        json.WriteString("metric"u8, schema.Metric);
        json.WriteString("table"u8, schema.Table);
        json.WriteNumber("version"u8, schema.Version);
        json.WriteStartArray("columns"u8);
        foreach (var column in schema.Columns)
        {
            json.WriteStartObject();
            json.WriteString("name"u8, column.Name);
            json.WriteString("type"u8, column.Type);
            json.WriteString("clickhouse_type"u8, column.ClickHouseType);
            json.WriteNumber("conflicts"u8, column.Conflicts);
            json.WriteBoolean("in_table"u8, column.InTable);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartArray("extra"u8);
        foreach (var field in schema.Extra)
        {
            json.WriteStartObject();
            json.WriteString("name"u8, field.Name);
            json.WriteNumber("count"u8, field.Count);
            json.WriteString("reason"u8, field.Reason);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        WriteSettings(json, schema.Settings.Schema);
        WritePromotions(json, schema.Settings.Promotions);
        json.WriteEndObject();
    }

    private static void WritePromotions(Utf8JsonWriter json, Promotion[] promotions)
    {
        json.WriteStartArray("promotions"u8);
        foreach (var promotion in promotions)
        {
            json.WriteStartObject();
            json.WriteString("field"u8, promotion.Field);
            json.WriteString("type"u8, promotion.Type);
            json.WriteString("state"u8, promotion.State);
            json.WriteNumber("parts_to_do"u8, promotion.PartsToDo);
            if (promotion.Reason is { } reason)
            {
                json.WriteString("reason"u8, reason);
            }

            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteSettings(Utf8JsonWriter json, SchemaSettings settings)
    {
        json.WriteBoolean("frozen"u8, settings.IsFrozen);
        json.WriteStartObject("types"u8);
        foreach (var hint in settings.Hints)
        {
            json.WriteString(hint.Field, hint.Type);
        }

        json.WriteEndObject();
        json.WriteStartObject("aliases"u8);
        foreach (var alias in settings.Aliases)
        {
            json.WriteString(alias.Field, alias.Column);
        }

        json.WriteEndObject();
    }
}

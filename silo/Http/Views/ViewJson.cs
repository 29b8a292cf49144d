using System.Text.Json;
using Analytics.GrainInterfaces.Live;
using Analytics.GrainInterfaces.Views;
using Analytics.Grains.Query;

namespace Analytics.Silo.Http.Views;

/// <summary>Views as JSON.</summary>
internal static class ViewJson
{
    /// <summary>Writes what a view is, as <c>PUT</c> takes it, with its name.</summary>
    public static void Write(Utf8JsonWriter json, ViewDefinition view)
    {
        json.WriteStartObject();
        WriteMembers(json, view);
        json.WriteEndObject();
    }

    /// <summary>Writes a view with its newest windows.</summary>
    public static void Write(Utf8JsonWriter json, ViewSnapshot snapshot)
    {
        json.WriteStartObject();
        WriteMembers(json, snapshot.Definition);
        WriteState(json, snapshot);
        json.WriteStartArray("windows"u8);
        foreach (var window in snapshot.Windows)
        {
            Write(json, snapshot.Definition, window);
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    /// <summary>Writes a view, or a change of it, with windows that are JSON already.</summary>
    /// <param name="json">Where to.</param>
    /// <param name="snapshot">The view.</param>
    /// <param name="windows">All of its windows, or those that have changed.</param>
    /// <param name="isWhole">Whether what the view is belongs to it, not only its name.</param>
    public static void Write(Utf8JsonWriter json, ViewSnapshot snapshot, IEnumerable<byte[]> windows, bool isWhole)
    {
        json.WriteStartObject();
        if (isWhole)
        {
            WriteMembers(json, snapshot.Definition);
        }
        else
        {
            json.WriteString("view"u8, snapshot.Definition.Name);
        }

        WriteState(json, snapshot);
        json.WriteStartArray("windows"u8);
        foreach (var window in windows)
        {
            json.WriteRawValue(window, skipInputValidation: true);
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteState(Utf8JsonWriter json, ViewSnapshot snapshot)
    {
        json.WriteNumber("late"u8, snapshot.Late);
        SinkJson.Write(json, snapshot);
    }

    private static void WriteMembers(Utf8JsonWriter json, ViewDefinition view)
    {
        json.WriteString("view"u8, view.Name);
        json.WriteStartArray("group_by"u8);
        foreach (var field in view.GroupBy)
        {
            json.WriteStringValue(field);
        }

        json.WriteEndArray();
        json.WriteString("window"u8, SeriesStep.TextOf(view.WindowMs));
        json.WriteString("every"u8, SeriesStep.TextOf(view.EveryMs));
        json.WriteStartArray("aggregates"u8);
        foreach (var aggregate in view.Aggregates)
        {
            json.WriteStartObject();
            json.WritePropertyName(ViewAggregate.NameOf(aggregate.Kind));
            if (aggregate.Field is null)
            {
                json.WriteBooleanValue(true);
            }
            else
            {
                json.WriteStringValue(aggregate.Field);
            }

            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteString("where"u8, view.Where);
        json.WriteNumber("groups"u8, view.GroupsMax);
        SinkJson.Write(json, view);
    }

    /// <summary>Writes a window.</summary>
    public static void Write(Utf8JsonWriter json, ViewDefinition view, ViewWindow window)
    {
        json.WriteStartObject();
        json.WriteString("start"u8, TimeText.Of(window.StartMs));
        json.WriteString("end"u8, TimeText.Of(window.EndMs));
        json.WriteBoolean("closed"u8, window.IsClosed);
        json.WriteStartArray("rows"u8);
        foreach (var row in window.Rows)
        {
            json.WriteStartObject();
            if (row.IsOther)
            {
                json.WriteBoolean("other"u8, true);
            }
            else
            {
                json.WriteStartObject("group"u8);
                for (var i = 0; i < row.Group.Length; i++)
                {
                    json.WritePropertyName(view.GroupBy[i]);
                    WriteValue(json, row.Group[i]);
                }

                json.WriteEndObject();
            }

            for (var i = 0; i < row.Values.Length; i++)
            {
                json.WritePropertyName(view.Aggregates[i].Name);
                WriteValue(json, row.Values[i]);
            }

            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteValue(Utf8JsonWriter json, JsonScalar? value)
    {
        if (value is { } scalar)
        {
            json.WriteRawValue(scalar.Text, skipInputValidation: true);
        }
        else
        {
            json.WriteNullValue();
        }
    }
}

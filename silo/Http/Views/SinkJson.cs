using System.Text.Json;
using Analytics.GrainInterfaces.Live;
using Analytics.GrainInterfaces.Views;

namespace Analytics.Silo.Http.Views;

/// <summary>The sinks of a view as JSON; nothing for a view without any.</summary>
internal static class SinkJson
{
    /// <summary>Writes what they are, as <c>PUT</c> takes them.</summary>
    public static void Write(Utf8JsonWriter json, ViewDefinition view)
    {
        if (view.Sinks.Length == 0)
        {
            return;
        }

        json.WriteStartArray("sinks"u8);
        foreach (var sink in view.Sinks)
        {
            if (sink.Table is null && sink.Columns.Length == 0)
            {
                json.WriteStringValue(sink.Name);
                continue;
            }

            json.WriteStartObject();
            json.WriteStartObject(sink.Name);
            if (sink.Table is not null)
            {
                json.WriteString("table"u8, sink.Table);
            }

            if (sink.Columns.Length > 0)
            {
                json.WriteStartObject("columns"u8);
                foreach (var column in sink.Columns)
                {
                    json.WriteString(column.Source, column.Column);
                }

                json.WriteEndObject();
            }

            json.WriteEndObject();
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    /// <summary>Writes how far they are.</summary>
    public static void Write(Utf8JsonWriter json, ViewSnapshot snapshot)
    {
        if (snapshot.Definition.Sinks.Length == 0)
        {
            return;
        }

        json.WriteNumber("missed"u8, snapshot.Missed);
        json.WriteStartArray("written"u8);
        foreach (var state in snapshot.Sinks)
        {
            json.WriteStartObject();
            json.WriteString("sink"u8, ViewSink.NameOf(state.Kind));
            json.WriteString("table"u8, state.Table);
            json.WriteString("before"u8, state.WrittenBeforeMs is { } before ? TimeText.Of(before) : null);
            json.WriteNumber("windows"u8, state.Windows);
            json.WriteNumber("failures"u8, state.Failures);
            json.WriteString("error"u8, state.Error);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }
}

using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Analytics.GrainInterfaces.Alerts;
using Analytics.GrainInterfaces.Live;
using Analytics.Grains.Query;

namespace Analytics.Grains.Alerts;

/// <summary>Alerts as JSON: what is answered, streamed, posted and kept.</summary>
internal static class AlertJson
{
    private static readonly JsonWriterOptions WriterOptions = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>What <paramref name="write"/> writes.</summary>
    public static byte[] Bytes<T>(T state, Action<Utf8JsonWriter, T> write)
    {
        var buffer = new ArrayBufferWriter<byte>(512);
        using (var json = new Utf8JsonWriter(buffer, WriterOptions))
        {
            write(json, state);
        }

        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>A definition as text, without name and secret.</summary>
    public static string TextOf(AlertDefinition alert) => Encoding.UTF8.GetString(Bytes(alert, WriteDefinition));

    /// <summary>Writes an alert as of now.</summary>
    public static void Write(Utf8JsonWriter json, AlertStatus alert)
    {
        json.WriteStartObject();
        WriteMembers(json, (alert.Project, alert.Metric, alert.Definition.Name), alert.IsRaised, alert.SinceMs, (alert.Value, alert.Threshold), alert.Message);
        json.WritePropertyName("definition"u8);
        WriteDefinition(json, alert.Definition);
        json.WriteEndObject();
    }

    /// <summary>Writes an alert as of its last change.</summary>
    public static void WriteState(Utf8JsonWriter json, AlertRecord record)
    {
        json.WriteStartObject();
        WriteMembers(json, record);
        WriteDefinition(json, record);
        json.WriteEndObject();
    }

    /// <summary>Writes a change of an alert, as webhooks get it.</summary>
    public static void WriteChange(Utf8JsonWriter json, AlertRecord record)
    {
        json.WriteStartObject();
        json.WriteString("id"u8, record.Id);
        json.WriteString("event"u8, record.IsRaised ? AlertEvents.Raised : AlertEvents.Cleared);
        json.WriteString("time"u8, TimeText.Of(record.TimeMs));
        WriteMembers(json, record);
        WriteDefinition(json, record);
        json.WriteEndObject();
    }

    /// <summary>Writes a change of an alert with what became of its delivery.</summary>
    public static void WriteHistory(Utf8JsonWriter json, AlertRecord record)
    {
        json.WriteStartObject();
        json.WriteString("id"u8, record.Id);
        json.WriteString("event"u8, record.Event);
        json.WriteString("time"u8, TimeText.Of(record.TimeMs));
        WriteMembers(json, record);
        json.WriteString("delivery"u8, record.Delivery);
        WriteDefinition(json, record);
        json.WriteEndObject();
    }

    private static void WriteMembers(Utf8JsonWriter json, AlertRecord record) => WriteMembers(
        json, (record.Project, record.Metric, record.Alert), record.IsRaised, record.SinceMs, (record.Value, record.Threshold), record.Message);

    private static void WriteMembers(
        Utf8JsonWriter json, (string Project, string Metric, string Alert) key, bool isRaised, long sinceMs, (double? Value, double? Threshold) numbers, string message)
    {
        json.WriteString("project"u8, key.Project);
        json.WriteString("metric"u8, key.Metric);
        json.WriteString("alert"u8, key.Alert);
        json.WriteString("state"u8, isRaised ? "raised"u8 : "ok"u8);
        json.WriteString("since"u8, TimeText.Of(sinceMs));
        WriteNumber(json, "value", numbers.Value);
        WriteNumber(json, "threshold", numbers.Threshold);
        json.WriteString("message"u8, message);
    }

    private static void WriteDefinition(Utf8JsonWriter json, AlertRecord record)
    {
        json.WritePropertyName("definition"u8);
        json.WriteRawValue(record.Definition);
    }

    private static void WriteDefinition(Utf8JsonWriter json, AlertDefinition alert)
    {
        json.WriteStartObject();
        json.WriteStartObject("on"u8);
        WriteSubject(json, alert.On);
        json.WriteEndObject();
        WriteIfAny(json, "above", alert.Above);
        WriteIfAny(json, "below", alert.Below);
        if (alert.Deviations is { } deviations)
        {
            json.WriteStartObject("anomaly"u8);
            json.WriteNumber("deviations"u8, deviations);
            json.WriteString("against"u8, alert.Against == AlertBaseline.Recent ? "recent"u8 : "earlier_days"u8);
            json.WriteEndObject();
        }

        WriteIfAny(json, "clear", alert.Clear);
        if (alert.ForMs > 0)
        {
            json.WriteString("for"u8, SeriesStep.TextOf(alert.ForMs));
        }

        if (alert.Webhook is { } webhook)
        {
            json.WriteString("webhook"u8, webhook);
        }

        json.WriteEndObject();
    }

    private static void WriteSubject(Utf8JsonWriter json, AlertSubject subject)
    {
        switch (subject.Kind)
        {
            case AlertSubjectKind.Total:
                json.WriteBoolean("total"u8, true);
                break;
            case AlertSubjectKind.RateSecond or AlertSubjectKind.RateMinute:
                json.WriteString("rate"u8, subject.Kind == AlertSubjectKind.RateSecond ? "second"u8 : "minute"u8);
                break;
            case AlertSubjectKind.WindowMinute or AlertSubjectKind.WindowHour:
                json.WriteString("window"u8, subject.Kind == AlertSubjectKind.WindowMinute ? "minute"u8 : "hour"u8);
                break;
            case AlertSubjectKind.Field:
                json.WriteString("field"u8, subject.Name);
                json.WriteString("value"u8, subject.Value);
                break;
            default:
                json.WriteString("view"u8, subject.Name);
                json.WriteString("aggregate"u8, subject.Value);
                WriteGroup(json, subject.Group);
                break;
        }
    }

    private static void WriteGroup(Utf8JsonWriter json, string?[]? group)
    {
        if (group is null)
        {
            return;
        }

        json.WriteStartArray("group"u8);
        foreach (var value in group)
        {
            json.WriteRawValue(value ?? "null");
        }

        json.WriteEndArray();
    }

    private static void WriteNumber(Utf8JsonWriter json, string name, double? value)
    {
        if (value is { } number)
        {
            json.WriteNumber(name, number);
        }
        else
        {
            json.WriteNull(name);
        }
    }

    private static void WriteIfAny(Utf8JsonWriter json, string name, double? value)
    {
        if (value is { } number)
        {
            json.WriteNumber(name, number);
        }
    }
}

using System.Text.Json;
using Analytics.GrainInterfaces.Live;

namespace Analytics.Silo.Http.Overview;

/// <summary>Readings as JSON.</summary>
internal static class OverviewJson
{
    /// <summary>Writes the server: everything at the top, and of the projects those given.</summary>
    public static void Write(Utf8JsonWriter json, OverviewReading reading, IEnumerable<ProjectReading> projects)
    {
        json.WriteStartObject();
        json.WriteString("time"u8, TimeText.Of(reading.TimeMs));
        json.WriteNumber("events_second"u8, reading.EventsSecond);
        if (reading.FreshnessMs is { } freshnessMs)
        {
            json.WriteNumber("freshness_ms"u8, freshnessMs);
        }

        json.WriteNumber("drift"u8, reading.Drift);
        json.WriteNumber("dead_letters"u8, reading.DeadLetters);
        json.WriteNumber("project_count"u8, reading.Projects.Length);
        json.WriteNumber("metric_count"u8, reading.Projects.Sum(static project => project.Metrics));
        json.WriteNumber("unread_count"u8, reading.Projects.Sum(static project => project.Unread));
        json.WriteNumber("total"u8, reading.Projects.Sum(static project => project.Total));
        WriteTables(json, reading);
        WriteLog(json, reading);
        json.WriteStartArray("projects"u8);
        foreach (var project in projects)
        {
            json.WriteStartObject();
            WriteMembers(json, project);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    /// <summary>Writes a project: its own numbers, and those of the metrics given.</summary>
    public static void Write(Utf8JsonWriter json, ProjectReading project, IEnumerable<MetricReading> metrics)
    {
        json.WriteStartObject();
        WriteMembers(json, project);
        json.WriteStartArray("metrics"u8);
        foreach (var metric in metrics)
        {
            json.WriteStartObject();
            json.WriteString("metric"u8, metric.Metric);
            if (metric.Total is { } total)
            {
                json.WriteNumber("total"u8, total);
            }

            json.WriteNumber("rate"u8, metric.Rate);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteMembers(Utf8JsonWriter json, ProjectReading project)
    {
        json.WriteString("project"u8, project.Project);
        json.WriteNumber("metric_count"u8, project.Metrics);
        json.WriteNumber("unread_count"u8, project.Unread);
        json.WriteNumber("total"u8, project.Total);
        json.WriteNumber("rate"u8, project.Rate);
    }

    private static void WriteTables(Utf8JsonWriter json, OverviewReading reading)
    {
        json.WriteStartObject("tables"u8);
        json.WriteNumber("rows"u8, reading.Tables.Rows);
        json.WriteNumber("parts"u8, reading.Parts);
        json.WriteNumber("bytes"u8, reading.Tables.Bytes);
        json.WriteEndObject();
        json.WriteStartObject("inserts"u8);
        json.WriteNumber("total"u8, reading.Inserts);
        json.WriteNumber("second"u8, reading.InsertsSecond);
        json.WriteNumber("failures"u8, reading.InsertFailures);
        json.WriteNumber("waiting"u8, reading.InsertsWaiting);
        json.WriteNumber("wait_ms"u8, reading.InsertsWaitMs);
        json.WriteEndObject();
    }

    private static void WriteLog(Utf8JsonWriter json, OverviewReading reading)
    {
        json.WriteStartObject("log"u8);
        json.WriteNumber("lag"u8, reading.Partitions.Sum(static partition => partition.Lag));
        json.WriteStartArray("partitions"u8);
        foreach (var partition in reading.Partitions)
        {
            json.WriteStartObject();
            json.WriteNumber("partition"u8, partition.Partition);
            json.WriteNumber("end"u8, partition.End);
            json.WriteNumber("committed"u8, partition.Committed);
            json.WriteNumber("lag"u8, partition.Lag);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }
}

using System.Globalization;

namespace Analytics.Silo.Configuration;

/// <summary>What settings must be to each other. Checked once every setting is in its own range.</summary>
internal static class SettingRelations
{
    /// <summary>Adds a problem for each broken relation.</summary>
    public static void Check(AnalyticsOptions options, List<SettingProblem> problems)
    {
        var limits = options.Limits;
        AtMost("Limits:EventBytesMax", limits.EventBytesMax, "Limits:BodyBytesMax", limits.BodyBytesMax, "an event comes in a body");
        AtMost("Limits:EventBytesMax", limits.EventBytesMax, "Limits:MessageBytesMax", limits.MessageBytesMax, "an event comes in a log message");
        AtMost("Limits:RecordBytesMax", limits.RecordBytesMax, "Limits:MessageBytesMax", limits.MessageBytesMax, "a record is read back as a message");
        AtMost("Limits:StringBytesMax", limits.StringBytesMax, "Limits:EventBytesMax", limits.EventBytesMax, "a string is part of an event");
        AtMost("Limits:ColumnsMax", limits.ColumnsMax, "Limits:FieldsPerEventMax", limits.FieldsPerEventMax, "one event must be able to fill a table's columns");

        // A body grows by doubling (1.5 times its size for a moment), and is there twice while it is decompressed or cut into records.
        AtMost("Limits:BodyBytesMax", 4L * limits.BodyBytesMax, "Http:BodiesBytesMax", options.Http.BodiesBytesMax, "a body may be in memory four times over", " times 4");

        // Only closed segments can be removed: were the open ones allowed to fill the log, it could stay full with everything committed.
        // Kafka's partitions have no files here.
        var partitions = options.Log.Kind == "File" ? options.Log.Partitions : 0;
        AtMost(
            "Log:SegmentBytesMax",
            2L * partitions * options.Log.SegmentBytesMax,
            "Log:TotalBytesMax",
            options.Log.TotalBytesMax,
            "half of the log must be what retention can give back",
            " times Log:Partitions times 2");

        void AtMost(string name, long value, string otherName, long otherValue, string reason, string factor = "")
        {
            if (value > otherValue)
            {
                problems.Add(new SettingProblem(
                    $"{AnalyticsOptions.SectionName}:{name}",
                    null,
                    string.Create(CultureInfo.InvariantCulture, $"{name}{factor} ({value:N0}) must be at most {otherName} ({otherValue:N0}): {reason}")));
            }
        }
    }
}

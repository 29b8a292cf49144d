using System.Globalization;
using System.Text;
using Analytics.GrainInterfaces.Views;
using Analytics.Grains.Live.Sketches;
using Analytics.Grains.Tables;

namespace Analytics.Grains.Views.Sinks;

/// <summary>
/// Where a view's windows are. In ClickHouse the table <c>metric.view</c> of a database beside the project's, so that no metric can have its name; in PostgreSQL <c>project_metric_view</c>.
/// </summary>
internal static class RollupName
{
    /// <summary>Bytes of a name in PostgreSQL; it cuts longer ones without a word.</summary>
    public const int PostgresBytesMax = 63;

    // No project has a name with a tilde, and no view one with a dot.
    private const string DatabaseSuffix = "~views";

    private const int DigestChars = 17;

    /// <summary>The unquoted database of a project's views.</summary>
    public static string Database(string project) => project + DatabaseSuffix;

    /// <summary>The unquoted table of a view.</summary>
    public static string Table(string project, string metric, string view) => TableName.Of(Database(project), $"{metric}.{view}");

    /// <summary>The table of a sink in PostgreSQL, with its schema before a dot if one was named. A name that is too long is cut and ends in a hash of all of it.</summary>
    public static string Postgres(ViewSink sink, string project, string metric, string view)
    {
        if (sink.Table is { } named)
        {
            return named;
        }

        // A dot would be taken for the end of a schema's name.
        var name = $"{project}_{metric}_{view}".Replace('.', '_');
        if (Encoding.UTF8.GetByteCount(name) <= PostgresBytesMax)
        {
            return name;
        }

        var start = new StringBuilder();
        var bytes = 0;
        foreach (var rune in name.EnumerateRunes())
        {
            bytes += rune.Utf8SequenceLength;
            if (bytes > PostgresBytesMax - DigestChars)
            {
                break;
            }

            start.Append(rune);
        }

        return string.Create(CultureInfo.InvariantCulture, $"{start}_{ValueHash.Of(Encoding.UTF8.GetBytes(name)):x16}");
    }
}

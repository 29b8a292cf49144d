using System.Globalization;
using System.Text;

namespace Analytics.Silo.Http.Telemetry;

/// <summary>The text exposition format, version 0.0.4: one block a family with HELP and TYPE, then a line a series.</summary>
internal sealed class PrometheusText
{
    /// <summary>Content type of the format.</summary>
    public const string ContentType = "text/plain; version=0.0.4; charset=utf-8";

    private readonly StringBuilder _text = new();

    /// <summary>An instrument's name in the format: <c>analytics.log.appends</c> → <c>analytics_log_appends_total</c>.</summary>
    public static string NameOf(InstrumentSeries series)
    {
        var name = new StringBuilder(series.Instrument.Name.Length + 6);
        foreach (var c in series.Instrument.Name)
        {
            var isAllowed = char.IsAsciiLetter(c) || c is '_' or ':' || (char.IsAsciiDigit(c) && name.Length > 0);
            name.Append(isAllowed ? c : '_');
        }

        const string Total = "_total";
        if (series.Kind == SeriesKind.Counter && !series.Instrument.Name.EndsWith(Total, StringComparison.Ordinal))
        {
            name.Append(Total);
        }

        return name.ToString();
    }

    /// <summary>Adds a family. Several instruments may share a name (one a component instance): their series stand together, as the format asks.</summary>
    public void AddFamily(string name, IReadOnlyList<InstrumentSeries> instruments)
    {
        var first = instruments[0];
        var help = (first.Instrument.Description ?? string.Empty) + (first.Instrument.Unit is { Length: > 0 } unit ? $" ({unit})" : string.Empty);
        _text.Append("# HELP ").Append(name).Append(' ').Append(Escape(help.Trim(), quotes: false)).Append('\n');
        _text.Append("# TYPE ").Append(name).Append(' ').Append(KindText(first.Kind)).Append('\n');

        // Two instruments may even share a label set; a repeated series is an error in the format, so their values are added.
        var written = new Dictionary<string, double>(StringComparer.Ordinal);
        foreach (var instrument in instruments.Where(instrument => instrument.Kind == first.Kind))
        {
            // Buckets of a series must follow each other by bound: sorted by labels here, kept in order of insertion below.
            foreach (var (labels, cell) in instrument.Cells.Select(pair => (Labels(pair.Key), pair.Value)).OrderBy(pair => pair.Item1, StringComparer.Ordinal))
            {
                AddSeries(written, name, instrument, labels, cell);
            }
        }

        foreach (var (series, value) in written)
        {
            _text.Append(series).Append(' ').Append(Number(value)).Append('\n');
        }
    }

    /// <inheritdoc />
    public override string ToString() => _text.ToString();

    private static void AddSeries(Dictionary<string, double> written, string name, InstrumentSeries instrument, string labels, SeriesCell cell)
    {
        var (value, count, bucketCounts) = cell.Read();
        if (instrument.Kind != SeriesKind.Histogram)
        {
            Add(name, labels, value);
            return;
        }

        var cumulative = 0L;
        for (var i = 0; i < bucketCounts.Length; i++)
        {
            cumulative += bucketCounts[i];
            var bound = i < instrument.Bounds.Count ? Number(instrument.Bounds[i]) : "+Inf";
            Add(name + "_bucket", (labels.Length == 0 ? string.Empty : labels + ",") + $"le=\"{bound}\"", cumulative);
        }

        Add(name + "_sum", labels, value);
        Add(name + "_count", labels, count);

        void Add(string series, string text, double number)
        {
            var key = text.Length == 0 ? series : $"{series}{{{text}}}";
            written[key] = written.GetValueOrDefault(key) + number;
        }
    }

    private static string Labels(TagSet tags) => string.Join(',', tags.Pairs.Select(pair =>
        $"{LabelName(pair.Key)}=\"{Escape(Convert.ToString(pair.Value, CultureInfo.InvariantCulture) ?? string.Empty, quotes: true)}\""));

    private static string LabelName(string key) =>
        string.Concat(key.Select((c, i) => char.IsAsciiLetter(c) || c == '_' || (char.IsAsciiDigit(c) && i > 0) ? c : '_'));

    private static string Escape(string text, bool quotes)
    {
        text = text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal);
        return quotes ? text.Replace("\"", "\\\"", StringComparison.Ordinal) : text;
    }

    private static string Number(double value) => value switch
    {
        double.PositiveInfinity => "+Inf",
        double.NegativeInfinity => "-Inf",
        _ => value.ToString("R", CultureInfo.InvariantCulture),
    };

    private static string KindText(SeriesKind kind) => kind switch
    {
        SeriesKind.Counter => "counter",
        SeriesKind.Histogram => "histogram",
        _ => "gauge",
    };
}

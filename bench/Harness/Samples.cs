namespace Analytics.Bench.Harness;

/// <summary>What the runs of one case have measured. A measure is reported as the median of its samples, in order of first appearance.</summary>
/// <param name="caseName">The case.</param>
internal sealed class Samples(string caseName)
{
    private readonly List<string> _order = [];
    private readonly Dictionary<string, Measured> _measures = [];

    /// <summary>Adds a sample, and says it on the error output: a long run shows how far it is.</summary>
    public void Add(string measure, double value, string unit)
    {
        if (!_measures.TryGetValue(measure, out var measured))
        {
            _measures.Add(measure, measured = new Measured(unit));
            _order.Add(measure);
        }

        measured.Values.Add(value);
        Console.Error.WriteLine($"  {caseName}: {measure}: {Numbers.Text(value)} {unit}");
    }

    /// <summary>The median of a measure's samples.</summary>
    public double Median(string measure) => Numbers.Median(_measures[measure].Values);

    /// <summary>Sets the value that a measure must reach.</summary>
    public void AtLeast(string measure, double bar) => _measures[measure].SetBar(bar, isMoreBetter: true);

    /// <summary>Sets the value that a measure must not exceed.</summary>
    public void AtMost(string measure, double bar) => _measures[measure].SetBar(bar, isMoreBetter: false);

    /// <summary>The report's rows.</summary>
    public IEnumerable<Row> Rows() => _order.Select(measure => _measures[measure].ToRow(caseName, measure));

    private sealed class Measured(string unit)
    {
        private double? _bar;
        private bool _isMoreBetter;

        public List<double> Values { get; } = [];

        public void SetBar(double bar, bool isMoreBetter) => (_bar, _isMoreBetter) = (bar, isMoreBetter);

        public Row ToRow(string caseName, string measure)
        {
            var value = Numbers.Median(Values);
            if (_bar is not { } bar)
            {
                return new Row(caseName, measure, Numbers.Rounded(value), unit);
            }

            // Nothing at all of what should be little: as good as it gets, and no division.
            var ratio = _isMoreBetter ? value / bar : value == 0 ? 1 : bar / value;
            return new Row(caseName, measure, Numbers.Rounded(value), unit, Numbers.Rounded(bar), Numbers.Rounded(ratio), ratio >= 1);
        }
    }
}

using Analytics.Client;

namespace Analytics.Cli.Demos;

/// <summary>What a plain calculation says of the transactions sent: sums by window, branch and currency.</summary>
internal sealed class TreasuryLedger
{
    /// <summary>Length of a window, milliseconds.</summary>
    public const long WindowMs = 2000;

    private readonly Dictionary<(long StartMs, string Branch, string Currency), (decimal Sum, long Count)> _positions = [];
    private readonly Lock _gate = new();

    /// <summary>Adds a transaction.</summary>
    public void Add(DateTimeOffset time, string branch, string currency, decimal amount)
    {
        var key = (time.ToUnixTimeMilliseconds() / WindowMs * WindowMs, branch, currency);
        lock (_gate)
        {
            var (sum, count) = _positions.GetValueOrDefault(key);
            _positions[key] = (sum + amount, count + 1);
        }
    }

    /// <summary>Compares the windows that a view shows of the time in which this ledger was kept.</summary>
    /// <returns>Positions compared, and what is wrong with the first that differs.</returns>
    public (int Compared, string? Difference) Compare(ViewState view)
    {
        lock (_gate)
        {
            var compared = 0;
            var shown = view.Windows.SelectMany(window => window.Rows.Select(row => (window.Start, row))).ToDictionary(
                one => (one.Start.ToUnixTimeMilliseconds(), one.row.GroupText("branch") ?? string.Empty, one.row.GroupText("currency") ?? string.Empty), one => one.row);
            var firstMs = view.Windows.Count > 0 ? view.Windows[0].Start.ToUnixTimeMilliseconds() : long.MaxValue;
            foreach (var (key, (sum, count)) in _positions)
            {
                if (key.StartMs < firstMs)
                {
                    // The view shows the last sixty windows.
                    continue;
                }

                if (!shown.TryGetValue(key, out var row))
                {
                    return (compared, $"{Name(key)} is not in the view; it should be {sum}.");
                }

                // Doubles hold sums of cents this small to well below a tenth of a cent.
                if (row.Number("count") != count || Math.Abs((decimal)row.Number("sum(amount)")!.Value - sum) > 0.001m)
                {
                    return (compared, $"{Name(key)} is {row.Number("sum(amount)")} of {row.Number("count")} in the view and should be {sum} of {count}.");
                }

                compared++;
            }

            return (compared, null);
        }
    }

    private static string Name((long StartMs, string Branch, string Currency) key) =>
        $"{key.Branch} {key.Currency} at {DateTimeOffset.FromUnixTimeMilliseconds(key.StartMs):HH:mm:ss}";
}

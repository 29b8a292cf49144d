using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using Analytics.Grains.ClickHouse;

namespace Analytics.Grains.Tables;

/// <summary>
/// The table of a metric: its own name, wherever ClickHouse can take it. A name whose file would be too long
/// (<see cref="TableNameLimit"/>) is cut and ends in <c>~</c> and 32 hexadecimal digits of its SHA-256; the schema answer shows it.
/// </summary>
public static partial class TableName
{
    private const int DigitCount = 32;

    /// <summary>The unquoted table name of a metric. Different metrics of a project have different tables.</summary>
    public static string Of(string project, string metric)
    {
        // A metric that looks like a cut name is treated as one, so that it cannot be taken for another's.
        if (!LooksCut().IsMatch(metric) && TableNameLimit.Fits(project, metric))
        {
            return metric;
        }

        var digest = SHA256.HashData(Encoding.UTF8.GetBytes(metric));
        var ending = "~" + Convert.ToHexStringLower(digest)[..DigitCount];
        var start = new StringBuilder();
        foreach (var rune in metric.EnumerateRunes())
        {
            var longer = start.ToString() + rune;
            if (!TableNameLimit.Fits(project, longer + ending))
            {
                break;
            }

            start.Append(rune);
        }

        return start.Append(ending).ToString();
    }

    [GeneratedRegex("~[0-9a-f]{32}$", RegexOptions.CultureInvariant)]
    private static partial Regex LooksCut();
}

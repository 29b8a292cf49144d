using System.Collections.Frozen;
using System.Globalization;
using Analytics.Grains.ClickHouse;
using Analytics.Grains.Configuration;
using Analytics.Silo.ClickHouseServer.Protocol;

namespace Analytics.Silo.ClickHouseServer.Engine;

/// <summary>
/// Which settings of a request count for a user who may only read: those of the answer's form and of SQL's fine points, and limits that are tighter than
/// his own. Programs send many others by habit; those are taken and have no effect. A name the engine does not know is an error.
/// </summary>
/// <remarks>
/// Database tools ask for the first rows of a table by a limit of the result and <c>result_overflow_mode=break</c>. The engine would answer whole blocks then,
/// more than any limit; as the setting <c>limit</c> it is exact.
/// </remarks>
internal sealed class ReaderSettings
{
    private const string FormPrefix = "output_format_";
    private const string RowsMax = "max_result_rows";
    private const string Limit = "limit";

    /// <summary>Of the settings of the answer's form, the one that names a file to write.</summary>
    private const string SchemaFile = "output_format_schema";

    private static readonly FrozenSet<string> Harmless = new[]
    {
        "aggregate_functions_null_for_empty", "bool_false_representation", "bool_true_representation", "cast_keep_nullable", "date_time_output_format",
        "describe_compact_output", "describe_include_subcolumns", "except_default_mode", "extremes", "final", "format_csv_delimiter",
        "format_csv_null_representation", "format_tsv_null_representation", "group_by_use_nulls", "intersect_default_mode", "join_use_nulls", Limit,
        "low_cardinality_allow_in_native_format", "offset", "prefer_column_name_to_alias", "session_timezone", "totals_mode",
        "transform_null_in", "union_default_mode",
    }.ToFrozenSet(StringComparer.Ordinal);

    private readonly FrozenSet<string> _known;
    private readonly Dictionary<string, long> _limits;

    /// <summary>Takes the user's own limits.</summary>
    public ReaderSettings(FrozenSet<string> known, ClickHouseOptions options)
    {
        _known = known;
        _limits = new Dictionary<string, long>(StringComparer.Ordinal)
        {
            ["max_execution_time"] = options.QuerySecondsMax,
            [RowsMax] = options.QueryRowsMax,
            ["max_result_bytes"] = options.QueryBytesMax,
            ["max_memory_usage"] = options.QueryMemoryBytesMax,
            ["max_threads"] = options.QueryThreadsMax,
        };
    }

    /// <summary>The settings that count.</summary>
    /// <exception cref="ClickHouseException">The engine has no such setting.</exception>
    public List<KeyValuePair<string, string>> Effective(IReadOnlyList<KeyValuePair<string, string>> settings)
    {
        var effective = new List<KeyValuePair<string, string>>();
        foreach (var setting in settings)
        {
            if (!_known.Contains(setting.Key))
            {
                throw new ClickHouseException(ErrorCodes.UnknownSetting, $"Setting {setting.Key} is neither a builtin setting nor started with the prefix 'custom_' registered for user-defined settings.");
            }

            if (Counts(setting.Key, setting.Value))
            {
                effective.Add(setting);
            }
        }

        return settings.Contains(new KeyValuePair<string, string>("result_overflow_mode", "break")) ? WithLimit(effective) : effective;
    }

    private List<KeyValuePair<string, string>> WithLimit(List<KeyValuePair<string, string>> settings)
    {
        var rows = settings.Find(setting => setting.Key == RowsMax).Value ?? _limits[RowsMax].ToString(CultureInfo.InvariantCulture);
        settings.RemoveAll(setting => setting.Key == RowsMax);
        if (!settings.Exists(setting => setting.Key == Limit))
        {
            settings.Add(new KeyValuePair<string, string>(Limit, rows));
        }

        return settings;
    }

    private bool Counts(string name, string value)
    {
        if (_limits.TryGetValue(name, out var limit))
        {
            return double.TryParse(value, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number) && number > 0 && number < limit;
        }

        return Harmless.Contains(name) || (name.StartsWith(FormPrefix, StringComparison.Ordinal) && name != SchemaFile);
    }
}

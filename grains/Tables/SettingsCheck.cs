using System.Text;
using Analytics.GrainInterfaces.Names;
using Analytics.GrainInterfaces.Schema;
using Analytics.Grains.Columns;
using Analytics.Grains.Live;

namespace Analytics.Grains.Tables;

/// <summary>Judges what somebody wants to decide for a metric before it is saved: on its own, and against the columns that the table has.</summary>
internal static class SettingsCheck
{
    /// <summary>Why they cannot be taken; <see langword="null"/> when they can.</summary>
    /// <param name="settings">The settings.</param>
    /// <param name="plan">The table's columns.</param>
    /// <param name="live">What is stored in them, by the plan's index.</param>
    public static SettingsRefusal? WhyNot(SchemaSettings settings, TablePlan plan, LiveMetric live) =>
        WhyNotEntries(settings)
        ?? settings.Hints.Select(WhyNotHint).FirstOrDefault(refusal => refusal is not null)
        ?? settings.Aliases.Select(alias => WhyNotAlias(alias, settings)).FirstOrDefault(refusal => refusal is not null)
        ?? settings.Hints.Select(hint => WhyNotColumn(hint, plan, live)).FirstOrDefault(refusal => refusal is not null);

    /// <summary>Why a policy cannot be taken, whatever the server has; <see langword="null"/> when it can.</summary>
    public static SettingsRefusal? WhyNot(RetentionPolicy policy)
    {
        foreach (var (name, days) in new[] { ("delete_after_days", policy.DeleteAfterDays), ("move_after_days", policy.MoveAfterDays) })
        {
            if (days is < 1 or > RetentionPolicy.DaysMax)
            {
                return Invalid($"{name} is {days}; it may be 1 to {RetentionPolicy.DaysMax}.");
            }
        }

        return (policy.MoveAfterDays is null) != (policy.Volume is null)
            ? Invalid("move_after_days and volume are given together, or neither is.")
            : policy.Volume is { Length: 0 or > FieldName.BytesMax }
            ? Invalid($"volume has 1 to {FieldName.BytesMax} characters.")
            : policy.MoveAfterDays >= policy.DeleteAfterDays
            ? Invalid($"Rows would be deleted after {policy.DeleteAfterDays} days, before they could move after {policy.MoveAfterDays}.")
            : null;
    }

    private static SettingsRefusal? WhyNotEntries(SchemaSettings settings)
    {
        if (settings.Hints.Length > SchemaSettings.EntriesMax || settings.Aliases.Length > SchemaSettings.EntriesMax)
        {
            return Invalid($"There are {settings.Hints.Length} types and {settings.Aliases.Length} aliases; there may be {SchemaSettings.EntriesMax} of each.");
        }

        var twice = FirstTwice(settings.Hints.Select(hint => hint.Field)) ?? FirstTwice(settings.Aliases.Select(alias => alias.Field));
        return twice is null ? null : Invalid($"Field '{twice}' is named twice.");
    }

    private static string? FirstTwice(IEnumerable<string> names)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        return names.FirstOrDefault(name => !seen.Add(name));
    }

    private static SettingsRefusal? WhyNotHint(FieldHint hint) =>
        WhyNotName(hint.Field) is { } refusal ? refusal
        : ColumnLabel.Parse(hint.Type) is not { } type ? Invalid($"Field '{hint.Field}': there is no type '{hint.Type}'; there are {ColumnLabel.Names}.")
        : EngineNames.IsNested(hint.Field) && type.IsArray() ? Invalid($"Field '{hint.Field}' cannot be an array: with a dot in its name it would be part of a nested structure.")
        : null;

    private static SettingsRefusal? WhyNotAlias(FieldAlias alias, SchemaSettings settings) =>
        WhyNotName(alias.Field) is { } ofField ? ofField
        : WhyNotName(alias.Column) is { } ofColumn ? ofColumn
        : alias.Field == alias.Column ? Invalid($"Field '{alias.Field}' is an alias of itself.")
        : settings.Aliases.Any(other => other.Field == alias.Column) ? Invalid($"'{alias.Field}' goes to '{alias.Column}', which is an alias itself: name its column.")
        : settings.Hints.Any(hint => hint.Field == alias.Field) ? Invalid($"'{alias.Field}' has no column to give a type to: its values go to '{alias.Column}'.")
        : null;

    private static SettingsRefusal? WhyNotName(string name) =>
        !FieldName.IsValid(Encoding.UTF8.GetBytes(name)) ? Invalid($"'{name}' cannot name a field: names have 1 to {FieldName.BytesMax} bytes of UTF-8 without control characters.")
        : FixedColumns.Contains(name) || EngineNames.IsTaken(name) ? Invalid($"'{name}' cannot have a column of a field: the name is reserved.")
        : null;

    private static SettingsRefusal? WhyNotColumn(FieldHint hint, TablePlan plan, LiveMetric live)
    {
        var wanted = ColumnLabel.Parse(hint.Type)!.Value;
        var index = plan.IndexOf(hint.Field);
        return index < 0 || live.Fields[index].CanBecome(wanted)
            ? null
            : new SettingsRefusal(
                SettingsRefusal.TypeConflict,
                $"Field '{hint.Field}' has a column of type {plan.Columns[index].Type.ToSql()} already, whose values cannot all become {wanted.ToSql()} as they are.");
    }

    private static SettingsRefusal Invalid(string detail) => new(SettingsRefusal.Invalid, detail);
}

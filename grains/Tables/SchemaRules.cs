using System.Collections.Frozen;
using Analytics.GrainInterfaces.Schema;
using Analytics.Grains.Columns;
using Analytics.Grains.Live;

namespace Analytics.Grains.Tables;

/// <summary>What somebody has decided for a metric's fields, ready to be asked for each of them.</summary>
internal sealed class SchemaRules
{
    private readonly FrozenDictionary<string, ColumnType> _types;

    /// <summary>Settings that <see cref="SettingsCheck"/> has let through.</summary>
    public SchemaRules(SchemaSettings settings)
    {
        Settings = settings;

        // A type that this program does not know was saved by a newer one: the field is as good as not decided.
        _types = settings.Hints.Select(hint => (hint.Field, Type: ColumnLabel.Parse(hint.Type))).Where(hint => hint.Type is not null)
            .ToFrozenDictionary(hint => hint.Field, hint => hint.Type!.Value, StringComparer.Ordinal);
        Aliases = settings.Aliases.ToFrozenDictionary(alias => alias.Field, alias => alias.Column, StringComparer.Ordinal);
    }

    /// <summary>Nothing is decided.</summary>
    public static SchemaRules None { get; } = new(SchemaSettings.None);

    /// <summary>The settings.</summary>
    public SchemaSettings Settings { get; }

    /// <summary>Columns by the other names of their fields.</summary>
    public IReadOnlyDictionary<string, string> Aliases { get; }

    /// <summary>The type decided for a field's column; <see langword="null"/> when its values decide.</summary>
    public ColumnType? TypeOf(string field) => _types.TryGetValue(field, out var type) ? type : null;

    /// <summary>Why a field that has no column gets none; <see langword="null"/> when nothing decided here is against it.</summary>
    public string? WhyNoColumn(string field) =>
        Aliases.ContainsKey(field) ? ExtraReason.Alias
        : Settings.IsFrozen ? ExtraReason.SchemaFrozen
        : null;
}

using Orleans;

namespace Analytics.GrainInterfaces.Schema;

/// <summary>Why settings are not taken; nothing has changed then.</summary>
/// <param name="Code">Stable: one of the constants here.</param>
/// <param name="Detail">What is wrong, in the caller's words.</param>
[GenerateSerializer, Immutable, Alias("analytics.SettingsRefusal")]
public sealed record SettingsRefusal([property: Id(0)] string Code, [property: Id(1)] string Detail)
{
    /// <summary>They are wrong whatever the table has.</summary>
    public const string Invalid = "settings_invalid";

    /// <summary>The table has a column that cannot become what they ask for.</summary>
    public const string TypeConflict = "type_conflict";

    /// <summary>The server has no such volume.</summary>
    public const string VolumeUnknown = "volume_unknown";

    /// <summary>They could not be saved, or the table not be changed, now; the same again later may succeed.</summary>
    public const string NotNow = "not_now";
}

using System.Text.Json.Serialization;
using Analytics.Silo.Http.Alerts;
using Analytics.Silo.Http.Views;

namespace Analytics.Silo.Http.Settings;

/// <summary>Reads the bodies; an unknown member is an error, not a silent typo, and so is one that is there twice.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow, AllowDuplicateProperties = false)]
[JsonSerializable(typeof(SchemaRequest))]
[JsonSerializable(typeof(PromotionRequest))]
[JsonSerializable(typeof(RetentionRequest))]
[JsonSerializable(typeof(ViewRequest))]
[JsonSerializable(typeof(AlertRequest))]
internal sealed partial class SettingsJson : JsonSerializerContext;

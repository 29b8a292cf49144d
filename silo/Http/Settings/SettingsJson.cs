using System.Text.Json.Serialization;

namespace Analytics.Silo.Http.Settings;

/// <summary>Reads the bodies; an unknown member is an error, not a silent typo.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow)]
[JsonSerializable(typeof(SchemaRequest))]
[JsonSerializable(typeof(PromotionRequest))]
[JsonSerializable(typeof(RetentionRequest))]
internal sealed partial class SettingsJson : JsonSerializerContext;

using System.Text.Json;
using System.Text.Json.Serialization;

namespace Analytics.Silo.Audit;

/// <summary>Requests and reports as JSON; an unknown member of a request is an error, not a silent typo.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(AuditRequest))]
[JsonSerializable(typeof(AuditReport))]
internal sealed partial class AuditJson : JsonSerializerContext
{
    /// <summary>The report for people who read JSON: on several lines, names and texts as they are.</summary>
    public static string Format(AuditReport report)
    {
        var plain = new AuditJson(new JsonSerializerOptions(Default.AuditReport.Options)
        {
            Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
            WriteIndented = true,
        });
        return JsonSerializer.Serialize(report, plain.AuditReport);
    }
}

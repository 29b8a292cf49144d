using System.Text.Json;
using System.Text.Json.Serialization;

namespace Analytics.Silo.Http.Query;

/// <summary>The body of <c>POST /v1/query</c>.</summary>
/// <param name="Sql">One SELECT (or SHOW, DESCRIBE, EXPLAIN), without a FORMAT clause.</param>
/// <param name="Format">One of <see cref="QueryFormats"/>; <c>JSON</c> when absent.</param>
/// <param name="Parameters">Values of <c>{name:Type}</c> placeholders: strings, numbers, booleans, nulls, or arrays of these.</param>
internal sealed record QueryRequest(string? Sql, string? Format, Dictionary<string, JsonElement>? Parameters);

/// <summary>Reads the body; an unknown member is an error, not a silent typo.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow)]
[JsonSerializable(typeof(QueryRequest))]
internal sealed partial class QueryJson : JsonSerializerContext;

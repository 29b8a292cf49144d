using System.Text.Json;

namespace Analytics.Tests.Http;

/// <summary>Whether a JSON value is what a schema of an OpenAPI document says: as much of JSON Schema as the document uses. A schema with <c>properties</c> and no
/// <c>additionalProperties</c> allows others.</summary>
internal sealed class JsonSchemaCheck(JsonElement document)
{
    /// <summary>What does not fit, each with its path.</summary>
    public IEnumerable<string> Problems(JsonElement schema, JsonElement value, string path = "$")
    {
        if (schema.TryGetProperty("$ref", out var reference))
        {
            return Problems(Resolve(reference.GetString()!), value, path);
        }

        var problems = new List<string>();
        if (schema.TryGetProperty("type", out var type) && !TypesOf(type).Any(name => IsOf(name, value)))
        {
            return [$"{path}: {value.ValueKind} is not {type.GetRawText()}"];
        }

        if (schema.TryGetProperty("enum", out var words) && !words.EnumerateArray().Any(word => word.ToString() == value.ToString()))
        {
            problems.Add($"{path}: {value} is none of {words.GetRawText()}");
        }

        foreach (var part in schema.TryGetProperty("allOf", out var all) ? all.EnumerateArray().ToArray() : [])
        {
            problems.AddRange(Problems(part, value, path));
        }

        if (schema.TryGetProperty("oneOf", out var one) && one.EnumerateArray().Count(part => !Problems(part, value, path).Any()) != 1)
        {
            problems.Add($"{path}: not one of the forms fits");
        }

        if (value.ValueKind == JsonValueKind.Object)
        {
            problems.AddRange(OfObject(schema, value, path));
        }
        else if (value.ValueKind == JsonValueKind.Array && schema.TryGetProperty("items", out var items))
        {
            problems.AddRange(value.EnumerateArray().SelectMany((item, i) => Problems(items, item, $"{path}[{i}]")));
        }

        return problems;
    }

    private IEnumerable<string> OfObject(JsonElement schema, JsonElement value, string path)
    {
        foreach (var name in schema.TryGetProperty("required", out var required) ? required.EnumerateArray().Select(name => name.GetString()!) : [])
        {
            if (!value.TryGetProperty(name, out _))
            {
                yield return $"{path}: {name} is missing";
            }
        }

        var properties = schema.TryGetProperty("properties", out var given) ? given : default;
        var others = schema.TryGetProperty("additionalProperties", out var additional) ? additional : default;
        foreach (var member in value.EnumerateObject())
        {
            if (properties.ValueKind == JsonValueKind.Object && properties.TryGetProperty(member.Name, out var own))
            {
                foreach (var problem in Problems(own, member.Value, $"{path}.{member.Name}"))
                {
                    yield return problem;
                }
            }
            else if (others.ValueKind == JsonValueKind.False)
            {
                yield return $"{path}: {member.Name} is not in the schema";
            }
            else if (others.ValueKind == JsonValueKind.Object)
            {
                foreach (var problem in Problems(others, member.Value, $"{path}.{member.Name}"))
                {
                    yield return problem;
                }
            }
        }
    }

    private JsonElement Resolve(string reference) => reference.TrimStart('#', '/').Split('/').Aggregate(document, (at, name) => at.GetProperty(name));

    private static IEnumerable<string> TypesOf(JsonElement type) =>
        type.ValueKind == JsonValueKind.Array ? type.EnumerateArray().Select(name => name.GetString()!) : [type.GetString()!];

    private static bool IsOf(string type, JsonElement value) => type switch
    {
        "object" => value.ValueKind == JsonValueKind.Object,
        "array" => value.ValueKind == JsonValueKind.Array,
        "string" => value.ValueKind == JsonValueKind.String,
        "boolean" => value.ValueKind is JsonValueKind.True or JsonValueKind.False,
        "integer" => value.ValueKind == JsonValueKind.Number && !value.GetRawText().AsSpan().ContainsAny('.', 'e', 'E'),
        "number" => value.ValueKind == JsonValueKind.Number,
        "null" => value.ValueKind == JsonValueKind.Null,
        _ => throw new NotSupportedException(type),
    };
}

using System.Text.Json;

namespace Analytics.Tests.Http;

/// <summary>One example of the OpenAPI document as a request: an operation, and a body when it takes one.</summary>
internal sealed record OpenApiCase(string Path, string Method, JsonElement Operation, string? ContentType, string? Body)
{
    /// <summary>All of a document, in an order that makes what a later one needs: what is made first, what ends things last.</summary>
    public static IReadOnlyList<OpenApiCase> All(JsonElement document) =>
    [
        .. from path in document.GetProperty("paths").EnumerateObject()
           from operation in path.Value.EnumerateObject()
           where operation.Name is "get" or "put" or "post" or "delete"
           from one in Of(path.Name, operation.Name, operation.Value)
           orderby one.Order
           select one,
    ];

    private int Order => (Method, Path) switch
    {
        ("post", "/v1/events") => 0,
        ("post", _) when Path.EndsWith("/events", StringComparison.Ordinal) => 1,
        ("put", _) => 2,
        ("delete", _) => 4,
        _ => 3,
    };

    /// <summary>The address, with every parameter that has an example.</summary>
    public string Url(Func<string, string>? replace = null)
    {
        var path = Path;
        var query = new List<string>();
        foreach (var parameter in Operation.TryGetProperty("parameters", out var all) ? all.EnumerateArray().ToArray() : [])
        {
            var name = parameter.GetProperty("name").GetString()!;
            var example = parameter.TryGetProperty("example", out var given) ? given.ToString() : null;
            if (parameter.GetProperty("in").GetString() == "path")
            {
                path = path.Replace($"{{{name}}}", Uri.EscapeDataString(replace?.Invoke(name) ?? example ?? throw new InvalidDataException($"{Path}: {name} has no example.")), StringComparison.Ordinal);
            }
            else if (example is not null)
            {
                query.Add($"{name}={Uri.EscapeDataString(example)}");
            }
        }

        return query.Count == 0 ? path : $"{path}?{string.Join('&', query)}";
    }

    /// <summary>As a request.</summary>
    public HttpRequestMessage Request(Func<string, string>? replace = null) => new(new HttpMethod(Method.ToUpperInvariant()), Url(replace))
    {
        Content = Body is null ? null : new StringContent(Body, null, ContentType!),
    };

    private static IEnumerable<OpenApiCase> Of(string path, string method, JsonElement operation)
    {
        if (!operation.TryGetProperty("requestBody", out var body))
        {
            return [new OpenApiCase(path, method, operation, null, null)];
        }

        return from content in body.GetProperty("content").EnumerateObject()
               from example in content.Value.GetProperty("examples").EnumerateObject()
               let value = example.Value.GetProperty("value")
               select new OpenApiCase(path, method, operation, content.Name, value.ValueKind == JsonValueKind.String ? value.GetString() : value.GetRawText());
    }
}

// Goal: the OpenAPI document is what the server does: every served route is in it and every one in it is served, each with its parameters, bodies, answers and
// problem codes; every example works as it stands, and what is answered is what its schema says.
using System.Text.Json;
using Analytics.Tests.Integration;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Analytics.Tests.Http;

public sealed class OpenApiTests
{
    // What browsers and tools ask for, not programs.
    private static readonly string[] NotDescribed = ["/", "/openapi/{documentName}.json", "/dashboard/{**path}"];

    [Fact]
    public async Task Every_route_is_described_and_every_description_is_a_route()
    {
        await using var server = await HttpTestServer.StartAsync();
        var document = (await server.GetAsync("/openapi/v1.json")).Json;
        var routes = server.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .Where(route => !NotDescribed.Contains("/" + route.RoutePattern.RawText!.TrimStart('/')))
            .SelectMany(route => route.Metadata.GetMetadata<HttpMethodMetadata>()!.HttpMethods.Select(method => $"{method.ToLowerInvariant()} /{route.RoutePattern.RawText!.TrimStart('/')}"))
            .Order(StringComparer.Ordinal).ToArray();
        Assert.True(routes.Length > 20);
        var described = Operations(document).Select(operation => $"{operation.Method} {operation.Path}").Order(StringComparer.Ordinal);
        Assert.Equal(routes, described);

        // Each of them in all that a caller has to know; what is missing belongs to silo/Http/Server/OpenApi.json.
        Assert.Empty(Operations(document).SelectMany(operation => Missing(operation.Method, operation.Path, operation.Operation)));
        using var file = JsonDocument.Parse(File.ReadAllText(Path.Combine(RepositoryRoot.Path, "silo", "Http", "Server", "OpenApi.json")));
        Assert.Equal(routes, Operations(file.RootElement).Select(operation => $"{operation.Method} {operation.Path}").Order(StringComparer.Ordinal));
    }

    [Fact]
    public void A_route_without_details_is_seen()
    {
        using var document = JsonDocument.Parse(
            """{"parameters":[{"name":"limit","in":"query"}],"requestBody":{"content":{"application/json":{}}},"responses":{"200":{"description":"OK"}}}""");
        Assert.Equal(
            ["get /v1/new: no summary", "get /v1/new: no problems", "get /v1/new: limit has no schema", "get /v1/new: a body without an example"],
            Missing("get", "/v1/new", document.RootElement));
    }

    [Fact]
    public async Task Every_example_works_as_it_stands_and_answers_what_its_schema_says()
    {
        await using var silo = await RunningSilo.StartNewAsync();
        var document = await silo.GetAsync("/openapi/v1.json");
        var check = new JsonSchemaCheck(document);
        await PrepareAsync(silo);
        var cases = OpenApiCase.All(document);
        Assert.True(cases.Count > 30);
        foreach (var one in cases)
        {
            using var answer = await silo.Http.SendAsync(one.Request(), HttpCompletionOption.ResponseHeadersRead);
            var isStream = answer.Content.Headers.ContentType?.MediaType == "text/event-stream";
            var text = isStream ? string.Empty : await answer.Content.ReadAsStringAsync();
            Assert.True(answer.IsSuccessStatusCode, $"{one.Method} {one.Url()} {one.Body}: {text}");
            Assert.Empty(ProblemsOf(check, one, answer, text));
        }
    }

    [Fact]
    public async Task What_is_refused_is_refused_with_a_documented_code()
    {
        await using var silo = await RunningSilo.StartNewAsync();
        var document = await silo.GetAsync("/openapi/v1.json");
        var check = new JsonSchemaCheck(document);
        var refusals = 0;
        foreach (var one in OpenApiCase.All(document).Where(one => one.Path.Contains('{', StringComparison.Ordinal)))
        {
            foreach (var name in (string[])["Not a name", "nothing"])
            {
                using var answer = await silo.Http.SendAsync(one.Request(parameter => parameter == "project" ? name : "nothing"), HttpCompletionOption.ResponseHeadersRead);
                if (!answer.IsSuccessStatusCode)
                {
                    refusals++;
                    Assert.Empty(ProblemsOf(check, one, answer, await answer.Content.ReadAsStringAsync()));
                }
                else
                {
                    Assert.Equal("nothing", name);
                }
            }
        }

        Assert.True(refusals > 20);
    }

    // A dead letter to find, and a field that has no column yet, so that one can be asked for.
    private static async Task PrepareAsync(RunningSilo silo)
    {
        const string metric = "/v1/projects/shop/metrics/purchase";
        await silo.PostAsync("/v1/events", new StringContent("""[{"project":"shop","metric":"purchase","fields":{"amount":1.5,"user":"u0"}},{"project":"shop"}]"""));
        await silo.GetAsync(metric);
        using var frozen = new StringContent("""{"frozen":true}""");
        using var answer = await silo.Http.PutAsync(new Uri(metric + "/schema", UriKind.Relative), frozen);
        Assert.True(answer.IsSuccessStatusCode);
        await silo.PostAsync(metric + "/events", new StringContent("""{"note":"by hand"}"""));
        await Eventually.IsTrueAsync(
            async () => (await silo.GetAsync(metric + "/schema")).GetProperty("extra").GetArrayLength() == 1, TimeSpan.FromSeconds(30), () => silo.Output);
    }

    private static IEnumerable<string> ProblemsOf(JsonSchemaCheck check, OpenApiCase one, HttpResponseMessage answer, string text)
    {
        var status = ((int)answer.StatusCode).ToString(System.Globalization.CultureInfo.InvariantCulture);
        if (!one.Operation.GetProperty("responses").TryGetProperty(status, out var response))
        {
            return [$"{one.Method} {one.Path}: {status} is not documented: {text}"];
        }

        if (!response.TryGetProperty("content", out var content))
        {
            return text.Length == 0 ? [] : [$"{one.Method} {one.Path}: {text} is not documented"];
        }

        if (!content.TryGetProperty(answer.Content.Headers.ContentType!.MediaType!, out var media))
        {
            return [$"{one.Method} {one.Path}: {answer.Content.Headers.ContentType} is not documented"];
        }

        return media.TryGetProperty("schema", out var schema)
            ? check.Problems(schema, JsonDocument.Parse(text).RootElement).Select(problem => $"{one.Method} {one.Path}: {problem}: {text}")
            : [];
    }

    private static IEnumerable<string> Missing(string method, string path, JsonElement operation)
    {
        if (!operation.TryGetProperty("summary", out _))
        {
            yield return $"{method} {path}: no summary";
        }

        var responses = operation.GetProperty("responses").EnumerateObject().ToArray();
        if (!Array.Exists(responses, response => response.Name[0] is '4' or '5'))
        {
            yield return $"{method} {path}: no problems";
        }

        foreach (var parameter in operation.TryGetProperty("parameters", out var parameters) ? parameters.EnumerateArray().ToArray() : [])
        {
            if (!parameter.TryGetProperty("schema", out _))
            {
                yield return $"{method} {path}: {parameter.GetProperty("name")} has no schema";
            }
        }

        if (operation.TryGetProperty("requestBody", out var body) && !body.GetProperty("content").EnumerateObject().All(content => content.Value.TryGetProperty("examples", out _)))
        {
            yield return $"{method} {path}: a body without an example";
        }
    }

    private static IEnumerable<(string Method, string Path, JsonElement Operation)> Operations(JsonElement document) =>
        from path in document.GetProperty("paths").EnumerateObject()
        from operation in path.Value.EnumerateObject()
        select (operation.Name, path.Name, operation.Value);
}

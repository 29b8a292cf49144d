using Microsoft.OpenApi;

namespace Analytics.Silo.Http.Server;

/// <summary>
/// What the routes' own code does not say of themselves, from <c>OpenApi.json</c> beside this file, an OpenAPI document itself: answers with their schemas, problem codes,
/// types of parameters, examples. A route that is not in it is described without; a test names it.
/// </summary>
internal static class OpenApiDetails
{
    private const string Resource = "Analytics.Silo.Http.Server.OpenApi.json";

    /// <summary>Adds them to the document that was made from the routes.</summary>
    /// <param name="document">The document.</param>
    /// <exception cref="InvalidDataException">The file is no OpenAPI document: a defect.</exception>
    public static void AddTo(OpenApiDocument document)
    {
        var details = Read();
        document.Components ??= new OpenApiComponents();
        document.Components.Schemas = details.Components!.Schemas;
        foreach (var (path, item) in document.Paths)
        {
            foreach (var (method, operation) in item.Operations ?? [])
            {
                if (details.Paths.TryGetValue(path, out var known) && known.Operations?.GetValueOrDefault(method) is { } detail)
                {
                    Add(operation, detail, details.Components.Parameters!);
                }
            }
        }
    }

    private static OpenApiDocument Read()
    {
        using var stream = typeof(OpenApiDetails).Assembly.GetManifestResourceStream(Resource)!;
        using var reader = new StreamReader(stream);
        var (document, diagnostic) = OpenApiDocument.Parse(reader.ReadToEnd(), OpenApiConstants.Json);
        return diagnostic is { Errors.Count: > 0 } ? throw new InvalidDataException(diagnostic.Errors[0].Message) : document!;
    }

    private static void Add(OpenApiOperation operation, OpenApiOperation detail, IDictionary<string, IOpenApiParameter> pathParameters)
    {
        operation.Responses = detail.Responses;
        foreach (var parameter in (operation.Parameters ?? []).OfType<OpenApiParameter>())
        {
            var known = parameter.In == ParameterLocation.Path
                ? pathParameters.TryGetValue(parameter.Name!, out var shared) ? shared : null
                : detail.Parameters?.FirstOrDefault(other => other.Name == parameter.Name);
            parameter.Schema = known?.Schema ?? parameter.Schema;
            parameter.Example = known?.Example;
            parameter.Description ??= known?.Schema?.Description;
        }

        if (operation.RequestBody is OpenApiRequestBody body && detail.RequestBody is { } bodyDetail)
        {
            body.Content = bodyDetail.Content;
        }
    }
}

using Microsoft.OpenApi;

namespace Analytics.Silo.Http.Server;

/// <summary>The OpenAPI document: routes, their parameters and bodies come from the endpoints, all else from <see cref="OpenApiDetails"/>.</summary>
internal static class OpenApiSetup
{
    /// <summary>Registers document <c>v1</c>.</summary>
    public static void AddAnalyticsOpenApi(this IServiceCollection services) => services.AddOpenApi("v1", options =>
    {
        options.AddDocumentTransformer((document, _, _) =>
        {
            document.Info = new OpenApiInfo { Title = "Analytics", Version = "v1", Description = "Event analytics. Errors are application/problem+json with a stable code." };
            OpenApiDetails.AddTo(document);
            return Task.CompletedTask;
        });
        options.AddOperationTransformer((operation, context, _) =>
        {
            var metadata = context.Description.ActionDescriptor.EndpointMetadata;
            AddBody(operation, metadata.OfType<BodyKind>().FirstOrDefault());
            foreach (var parameter in metadata.OfType<QueryParameterNote>())
            {
                operation.Parameters ??= [];
                operation.Parameters.Add(new OpenApiParameter { Name = parameter.Name, In = ParameterLocation.Query, Description = parameter.Description });
            }

            return Task.CompletedTask;
        });
    });

    /// <summary>Says what a route is for.</summary>
    public static RouteHandlerBuilder Describe(this RouteHandlerBuilder route, string summary) => route.WithSummary(summary);

    /// <summary>Names a parameter of the query string.</summary>
    public static RouteHandlerBuilder Takes(this RouteHandlerBuilder route, string name, string description) =>
        route.WithMetadata(new QueryParameterNote(name, description));

    private static void AddBody(OpenApiOperation operation, BodyKind? kind)
    {
        if (kind is null)
        {
            return;
        }

        operation.RequestBody = new OpenApiRequestBody
        {
            Description = kind.Description,
            Required = kind.IsRequired,
            Content = kind.ContentTypes.ToDictionary(type => type, _ => new OpenApiMediaType()),
        };
    }

    private sealed record QueryParameterNote(string Name, string Description);
}

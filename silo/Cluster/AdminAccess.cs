using System.Security.Cryptography;
using System.Text;
using Microsoft.Net.Http.Headers;

namespace Analytics.Silo.Cluster;

/// <summary>Lets those in who know the administrators' token: as a bearer token, or as the password that a browser asks for.</summary>
/// <param name="token"><see cref="Http.HttpOptions.AdminToken"/>.</param>
internal sealed class AdminAccess(string token) : IEndpointFilter
{
    private const string Bearer = "Bearer ";
    private const string Basic = "Basic ";

    private readonly byte[] _token = Encoding.UTF8.GetBytes(token);

    /// <inheritdoc />
    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        if (IsRight(context.HttpContext.Request.Headers.Authorization))
        {
            return await next(context);
        }

        context.HttpContext.Response.Headers[HeaderNames.WWWAuthenticate] = "Basic realm=\"administrators\", charset=\"UTF-8\"";
        return Results.StatusCode(StatusCodes.Status401Unauthorized);
    }

    /// <summary>Whether a header has the token.</summary>
    public bool IsRight(string? authorization) => CryptographicOperations.FixedTimeEquals(_token, TokenOf(authorization ?? string.Empty));

    private static byte[] TokenOf(string authorization)
    {
        if (authorization.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase))
        {
            return Encoding.UTF8.GetBytes(authorization[Bearer.Length..]);
        }

        if (!authorization.StartsWith(Basic, StringComparison.OrdinalIgnoreCase))
        {
            return [];
        }

        // Name and password; whatever the name.
        var pair = new byte[authorization.Length];
        return Convert.TryFromBase64String(authorization[Basic.Length..], pair, out var length) && pair.AsSpan(0, length).IndexOf((byte)':') is var colon and >= 0
            ? pair[(colon + 1)..length]
            : [];
    }
}

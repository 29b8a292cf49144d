using System.Text;
using Analytics.Grains.ClickHouse;

namespace Analytics.Silo.ClickHouseServer.Protocol;

/// <summary>Who a request says it is from: by ClickHouse's own headers, by <c>Authorization: Basic</c>, or by parameters, one of them at a time.</summary>
/// <param name="Name">The name; <c>default</c> when nothing is said.</param>
/// <param name="Password">The password; empty when nothing is said.</param>
internal readonly record struct Credentials(string Name, string Password)
{
    /// <summary>Who is meant when nothing is said.</summary>
    public const string DefaultName = "default";

    private const string Basic = "Basic ";

    /// <summary>Reads them.</summary>
    /// <exception cref="ClickHouseException">They are given in two ways, or in one that is not known.</exception>
    public static Credentials Of(HttpRequest request, RequestParameters parameters)
    {
        var user = request.Headers["X-ClickHouse-User"].ToString();
        var key = request.Headers["X-ClickHouse-Key"].ToString();
        var authorization = request.Headers.Authorization.ToString();
        var hasOwnHeaders = user.Length > 0 || key.Length > 0;
        var hasParameters = parameters["user"] is not null || parameters["password"] is not null;
        if ((hasOwnHeaders ? 1 : 0) + (authorization.Length > 0 ? 1 : 0) + (hasParameters ? 1 : 0) > 1)
        {
            throw Failed("Invalid authentication: X-ClickHouse headers, the Authorization header and parameters exclude each other");
        }

        var credentials = hasOwnHeaders ? new Credentials(user, key)
            : authorization.Length > 0 ? OfAuthorization(authorization)
            : new Credentials(parameters["user"] ?? DefaultName, parameters["password"] ?? string.Empty);
        return credentials.Name.Length > 0 ? credentials : throw Failed("Invalid authentication: the user name is empty");
    }

    /// <summary>Everything but the password.</summary>
    public override string ToString() => Name;

    private static Credentials OfAuthorization(string header)
    {
        if (!header.StartsWith(Basic, StringComparison.OrdinalIgnoreCase))
        {
            throw Failed("Invalid authentication: of Authorization's schemes only Basic is supported");
        }

        var buffer = new byte[header.Length];
        if (!Convert.TryFromBase64String(header[Basic.Length..].Trim(), buffer, out var length))
        {
            throw Failed("Invalid authentication: what follows Basic is not Base64");
        }

        var text = Encoding.UTF8.GetString(buffer, 0, length);
        var colon = text.IndexOf(':');
        return colon < 0 ? new Credentials(text, string.Empty) : new Credentials(text[..colon], text[(colon + 1)..]);
    }

    private static ClickHouseException Failed(string message) => new(ErrorCodes.AuthenticationFailed, message);
}

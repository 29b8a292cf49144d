using System.Net.Http.Headers;
using System.Text;

namespace Analytics.Grains.ClickHouse.Http;

/// <summary>A user of the server. The password is in the header it sends and nowhere else.</summary>
internal sealed class HttpAccount
{
    private readonly AuthenticationHeaderValue _header;

    /// <summary>Takes name and password; the name has no colon in it.</summary>
    public HttpAccount(string user, string? password)
    {
        User = user;
        _header = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{user}:{password}")));
    }

    /// <summary>The name.</summary>
    public string User { get; }

    /// <summary>Lets a request in as this user.</summary>
    public void Sign(HttpRequestMessage request) => request.Headers.Authorization = _header;
}

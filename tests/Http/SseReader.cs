using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;

namespace Analytics.Tests.Http;

/// <summary>Reads server-sent events one by one, as a browser does.</summary>
internal sealed class SseReader : IDisposable
{
    private readonly HttpResponseMessage _response;
    private readonly StreamReader _reader;

    private SseReader(HttpResponseMessage response, Stream stream)
    {
        _response = response;
        _reader = new StreamReader(stream, Encoding.UTF8);
    }

    /// <summary>Comments so far.</summary>
    public int Comments { get; private set; }

    /// <summary>Content type and caching of the answer.</summary>
    public (string? Type, CacheControlHeaderValue? Caching) Headers => (_response.Content.Headers.ContentType?.MediaType, _response.Headers.CacheControl);

    /// <summary>Opens a stream; it must be answered with 200.</summary>
    public static async Task<SseReader> OpenAsync(HttpClient client, string path, string? lastId = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        if (lastId is not null)
        {
            request.Headers.Add("Last-Event-ID", lastId);
        }

        var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        response.EnsureSuccessStatusCode();
        return new SseReader(response, await response.Content.ReadAsStreamAsync());
    }

    /// <summary>The next event; <see langword="null"/> at the end.</summary>
    public async Task<(string Name, string Id, JsonElement Data)?> NextAsync(CancellationToken cancellationToken = default)
    {
        var (name, id, data) = (string.Empty, string.Empty, string.Empty);
        while (await _reader.ReadLineAsync(cancellationToken) is { } line)
        {
            var colon = line.IndexOf(':', StringComparison.Ordinal);
            switch (colon < 0 ? line : line[..colon])
            {
                case "" when line.Length > 0:
                    Comments++;
                    break;
                case "" when data.Length > 0:
                    return (name, id, JsonDocument.Parse(data).RootElement);
                case "event":
                    name = line[(colon + 2)..];
                    break;
                case "id":
                    id = line[(colon + 2)..];
                    break;
                case "data":
                    data += line[(colon + 2)..];
                    break;
            }
        }

        return null;
    }

    public void Dispose()
    {
        _reader.Dispose();
        _response.Dispose();
    }
}

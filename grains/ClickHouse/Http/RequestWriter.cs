using System.Net.Http.Headers;
using System.Text;
using Analytics.Grains.Configuration;

namespace Analytics.Grains.ClickHouse.Http;

/// <summary>
/// Makes the request of a statement: always a POST, settings and short parameters in the URL, the statement in the body. An insert's statement is in the URL and
/// its block in the body, unless the statement is long: then it goes before the block.
/// </summary>
internal sealed class RequestWriter
{
    /// <summary>Characters of a URL at most: half of what common proxies take, and far from ClickHouse's own limit of 1 MiB.</summary>
    public const int UrlCharsMax = 4096;

    /// <summary>Bodies of this size and larger are compressed where compression is on; smaller ones are a few packets in any case.</summary>
    public const int CompressedBytesMin = 16 * 1024;

    private static readonly StringWithQualityHeaderValue Gzip = new("gzip");

    private readonly StatementSettings _settings;
    private readonly HttpAccount _owner;
    private readonly HttpAccount _reader;
    private readonly bool _isCompressed;

    /// <summary>Takes accounts and settings.</summary>
    /// <param name="options">Checked already.</param>
    /// <param name="isCompressed">Whether bodies and answers are compressed.</param>
    public RequestWriter(ClickHouseOptions options, bool isCompressed)
    {
        _settings = new StatementSettings(options, isCompressed);
        _owner = new HttpAccount(options.User, options.Password);
        _reader = string.IsNullOrEmpty(options.QueryUser) ? _owner : new HttpAccount(options.QueryUser, options.QueryPassword);
        _isCompressed = isCompressed;
    }

    /// <summary>The user a statement runs as.</summary>
    public string UserOf(HttpStatement statement) => AccountOf(statement).User;

    /// <summary>Makes the request.</summary>
    /// <param name="server">The server's address.</param>
    /// <param name="statement">The statement.</param>
    /// <param name="content">The request's body.</param>
    /// <exception cref="ClickHouseException">A parameter is too long.</exception>
    public HttpRequestMessage Write(Uri server, HttpStatement statement, out StatementContent content)
    {
        var url = new StringBuilder("/?").Append(_settings.Of(statement.Kind));
        if (statement.Format is { } format)
        {
            url.Append("&default_format=").Append(Uri.EscapeDataString(format));
        }

        content = ContentOf(statement, url);
        var request = new HttpRequestMessage(HttpMethod.Post, new Uri(server, url.ToString())) { Content = content };
        AccountOf(statement).Sign(request);
        if (_isCompressed && statement.IsReading)
        {
            request.Headers.AcceptEncoding.Add(Gzip);
        }

        return request;
    }

    private HttpAccount AccountOf(HttpStatement statement) => statement.Kind == StatementKind.UserQuery ? _reader : _owner;

    private StatementContent ContentOf(HttpStatement statement, StringBuilder url)
    {
        if (statement.Kind == StatementKind.Insert)
        {
            var isInUrl = TryAppend(url, "&query=" + Uri.EscapeDataString(statement.Sql));

            // The first line end behind the format's name is skipped, and nothing else: what follows is the block, whatever its bytes are.
            return Content(isInUrl ? [] : Encoding.UTF8.GetBytes(statement.Sql + "\n"), statement.Block);
        }

        var parameters = statement.Parameters ?? new Dictionary<string, string>();
        var text = string.Concat(parameters.Select(parameter => $"&param_{Uri.EscapeDataString(parameter.Key)}={Uri.EscapeDataString(parameter.Value)}"));
        if (TryAppend(url, text))
        {
            return Content(Encoding.UTF8.GetBytes(statement.Sql), default);
        }

        var content = Content(ParameterForm.Write(statement.Sql, parameters, out var contentType), default);
        content.Headers.TryAddWithoutValidation("Content-Type", contentType);
        return content;
    }

    private static bool TryAppend(StringBuilder url, string text)
    {
        var fits = url.Length + text.Length <= UrlCharsMax;
        url.Append(fits ? text : string.Empty);
        return fits;
    }

    private StatementContent Content(byte[] text, ReadOnlyMemory<byte> block)
    {
        var isCompressed = _isCompressed && text.Length + block.Length >= CompressedBytesMin;
        var content = new StatementContent(text, block, isCompressed);
        if (isCompressed)
        {
            content.Headers.ContentEncoding.Add("gzip");
        }

        return content;
    }
}

using System.Globalization;
using System.Text;
using Analytics.Grains.ClickHouse;
using Analytics.Silo.ClickHouseServer.Compression;
using Analytics.Silo.ClickHouseServer.Sql;

namespace Analytics.Silo.ClickHouseServer.Protocol;

/// <summary>
/// Makes a request of an address, headers and a body. The statement is the parameter <c>query</c>, a line end, and the body; where an INSERT names a
/// format or VALUES, what follows is its data.
/// </summary>
/// <param name="queryBytesMax">Bytes of SQL.</param>
internal sealed class RequestReader(int queryBytesMax)
{
    private const int SessionSecondsDefault = 60;
    private const int SessionSecondsMax = 3600;
    private const int SessionIdCharsMax = 256;
    private const int QueryIdCharsMax = 256;

    private static readonly ReadOnlyMemory<byte> LineEnd = "\n"u8.ToArray();

    /// <summary>Reads a request.</summary>
    /// <param name="http">The request.</param>
    /// <param name="parameters">Its parameters.</param>
    /// <param name="user">Who sent it.</param>
    /// <param name="body">Its body, without any compression; the data of an INSERT stays in it.</param>
    /// <exception cref="ClickHouseException">It is none.</exception>
    public ServedRequest Read(HttpRequest http, RequestParameters parameters, ServedUser user, ReadOnlyMemory<byte> body)
    {
        if (parameters["role"] is { } role)
        {
            throw new ClickHouseException(ErrorCodes.UnknownRole, $"There is no role '{role}' here: what a user may do is in the server's configuration.");
        }

        var format = NonEmpty(http.Headers["X-ClickHouse-Format"]) ?? NonEmpty(parameters["default_format"]) ?? OutputFormats.Default;
        var request = ReadStatement(parameters, user, IdOf(http, parameters), body, format);
        return request with
        {
            Database = NonEmpty(http.Headers["X-ClickHouse-Database"]) ?? NonEmpty(parameters["database"]),
            Settings = parameters.Settings,
            IsReadOnly = HttpMethods.IsGet(http.Method) || HttpMethods.IsHead(http.Method) || parameters["readonly"] is not (null or "0"),
            IsWhole = parameters.IsOn("wait_end_of_query"),
            IsFramed = parameters.IsOn("compress"),
            Session = SessionOf(parameters, user),
            Coding = parameters.IsOn("enable_http_compression") ? AnswerCoding.Choose(http.Headers.AcceptEncoding) : null,
        };
    }

    /// <summary>The id of a request's query: what the client says, or a new one.</summary>
    public static string IdOf(HttpRequest http, RequestParameters parameters)
    {
        // It goes back in a header, which takes no line ends.
        var id = NonEmpty(parameters["query_id"]) ?? NonEmpty(http.Headers["X-ClickHouse-Query-Id"]);
        return id is { Length: <= QueryIdCharsMax } && id.All(c => c is >= ' ' and <= '~') ? id : Guid.NewGuid().ToString();
    }

    private ServedRequest ReadStatement(RequestParameters parameters, ServedUser user, string id, ReadOnlyMemory<byte> body, string format)
    {
        var head = Encoding.UTF8.GetBytes(parameters["query"] ?? string.Empty);
        var isInHead = InsertText.Split(head);
        if (isInHead is { } parts)
        {
            // Data may begin in the address already.
            ReadOnlyMemory<byte> rest = head.AsMemory(parts.DataStart);
            IReadOnlyList<ReadOnlyMemory<byte>> data = rest.Span.Trim(" \t\r\n"u8).IsEmpty ? [body] : [rest, LineEnd, body];
            return Insert(parameters, user, id, head.AsSpan(0, parts.HeadEnd), parts.Format, data);
        }

        var text = head.Length == 0 ? body : body.IsEmpty ? head : Join(head, body);
        if (InsertText.Split(text.Span[..Math.Min(text.Length, queryBytesMax)]) is { } split)
        {
            // The beginning decided; only a lone semicolon at the end is judged by the whole text.
            var whole = split.DataStart < queryBytesMax ? split : InsertText.Split(text.Span) ?? split;
            return Insert(parameters, user, id, text.Span[..whole.HeadEnd], whole.Format, [text[whole.DataStart..]]);
        }

        if (text.Length > queryBytesMax)
        {
            throw TooLong();
        }

        var (sql, ownFormat) = FormatClause.Split(Encoding.UTF8.GetString(text.Span));
        return new ServedRequest(user, id, sql, parameters.Values) { Format = FormatOf(ownFormat ?? format, user) };
    }

    private ServedRequest Insert(
        RequestParameters parameters, ServedUser user, string id, ReadOnlySpan<byte> head, string format, IReadOnlyList<ReadOnlyMemory<byte>> data) =>
        head.Length > queryBytesMax
            ? throw TooLong()
            : new ServedRequest(user, id, Encoding.UTF8.GetString(head), parameters.Values) { Format = OutputFormats.Other(format), Data = data };

    private static OutputFormat FormatOf(string name, ServedUser user) => OutputFormats.Find(name)
        ?? (user.Access == ServedAccess.Full
            ? OutputFormats.Other(name)
            : throw new ClickHouseException(ErrorCodes.UnknownFormat, $"Unknown format {name}."));

    private static ReadOnlyMemory<byte> Join(byte[] head, ReadOnlyMemory<byte> body)
    {
        var text = new byte[head.Length + 1 + body.Length];
        head.CopyTo(text, 0);
        text[head.Length] = (byte)'\n';
        body.CopyTo(text.AsMemory(head.Length + 1));
        return text;
    }

    private static SessionKey? SessionOf(RequestParameters parameters, ServedUser user)
    {
        if (NonEmpty(parameters["session_id"]) is not { } id)
        {
            return null;
        }

        if (id.Length > SessionIdCharsMax)
        {
            throw new ClickHouseException(
                ErrorCodes.BadArguments, string.Create(CultureInfo.InvariantCulture, $"A session_id has at most {SessionIdCharsMax} characters."));
        }

        var seconds = parameters.Number("session_timeout", SessionSecondsDefault, ErrorCodes.InvalidSessionTimeout);
        return seconds <= SessionSecondsMax
            ? new SessionKey(user.Name, id, TimeSpan.FromSeconds(seconds), parameters.IsOn("session_check"), parameters.IsOn("close_session"))
            : throw new ClickHouseException(
                ErrorCodes.InvalidSessionTimeout,
                string.Create(CultureInfo.InvariantCulture, $"Session timeout '{seconds}' is larger than max_session_timeout: {SessionSecondsMax}."));
    }

    private static string? NonEmpty(string? text) => string.IsNullOrEmpty(text) ? null : text;

    private ClickHouseException TooLong() => new(
        ErrorCodes.SyntaxError,
        string.Create(
            CultureInfo.InvariantCulture,
            $"Max query size exceeded: the SQL has more than {queryBytesMax} bytes (Analytics:ClickHouse:ServeQueryBytesMax)."));
}

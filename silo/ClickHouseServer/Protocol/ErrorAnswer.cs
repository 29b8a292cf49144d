using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Analytics.Grains.ClickHouse;

namespace Analytics.Silo.ClickHouseServer.Protocol;

/// <summary>Answers with an error in ClickHouse's words: status, header and <c>Code: 60. DB::Exception: … (UNKNOWN_TABLE) (version …)</c>.</summary>
internal static partial class ErrorAnswer
{
    /// <summary>The header with the code.</summary>
    public const string CodeHeader = "X-ClickHouse-Exception-Code";

    private const string TextType = "text/plain; charset=UTF-8";

    /// <summary>The code an answer names: every error has one.</summary>
    public static int CodeOf(ClickHouseException exception) => exception.Code == 0 ? ErrorCodes.UnknownException : exception.Code;

    /// <summary>The text of an error, with a line end.</summary>
    /// <param name="exception">The error.</param>
    /// <param name="version">The engine's version.</param>
    public static string TextOf(ClickHouseException exception, string version)
    {
        var code = CodeOf(exception);
        var text = new StringBuilder().Append(CultureInfo.InvariantCulture, $"Code: {code}. DB::Exception: {exception.Message.TrimEnd()}");
        if (!NameAtEnd().IsMatch(exception.Message) && ErrorCodes.NameOf(code) is { } name)
        {
            text.Append(text[^1] == '.' ? " (" : ". (").Append(name).Append(')');
        }

        if (!exception.Message.Contains("(version ", StringComparison.Ordinal))
        {
            text.Append(" (version ").Append(version).Append(')');
        }

        return text.Append('\n').ToString();
    }

    /// <summary>Answers a request whose answer has not begun.</summary>
    public static async Task WriteAsync(HttpResponse response, ClickHouseException exception, string version, CancellationToken cancellationToken)
    {
        var code = CodeOf(exception);
        response.StatusCode = ErrorCodes.StatusOf(code);
        response.ContentType = TextType;
        response.Headers[CodeHeader] = code.ToString(CultureInfo.InvariantCulture);
        response.Headers.Remove("X-ClickHouse-Format");
        response.Headers.ContentEncoding = default;
        var body = Encoding.UTF8.GetBytes(TextOf(exception, version));
        response.ContentLength = body.Length;
        await response.Body.WriteAsync(body, cancellationToken);
    }

    [GeneratedRegex(@"\([A-Z0-9_]+\)( \(version .*\))?\s*$", RegexOptions.CultureInvariant)]
    private static partial Regex NameAtEnd();
}

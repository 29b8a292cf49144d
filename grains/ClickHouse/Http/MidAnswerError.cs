using System.Text;
using System.Text.RegularExpressions;

namespace Analytics.Grains.ClickHouse.Http;

/// <summary>
/// Finds the error that a server wrote behind the rows of an answer, when it came up after status 200 was sent. Three ways of saying so: from 25.11 on a block between marks with a
/// tag that is in a header; from 24.11 on the text behind a mark, in a body that then breaks off; before, the bare text at the end of a body that looks whole.
/// </summary>
internal static partial class MidAnswerError
{
    /// <summary>The header with the tag.</summary>
    public const string TagHeader = "X-ClickHouse-Exception-Tag";

    /// <summary>Bytes of the end that are looked at: the marked block has 16 KiB at most.</summary>
    private const int EndBytesMax = 20 * 1024;

    private const string Mark = "__exception__";

    /// <summary>The error's text; <see langword="null"/> when there is none.</summary>
    /// <param name="body">What came, whole or cut.</param>
    /// <param name="tag">The header's value, if the answer has it.</param>
    /// <param name="isCut">Whether the body broke off.</param>
    public static string? Find(ReadOnlySpan<byte> body, string? tag, bool isCut)
    {
        var end = body.Length > EndBytesMax ? body[^EndBytesMax..] : body;
        var isMarked = end.IndexOf("__exception__"u8) >= 0;
        if (!string.IsNullOrEmpty(tag))
        {
            return isMarked ? Tagged(Encoding.UTF8.GetString(end), tag) : null;
        }

        if (isCut && isMarked)
        {
            return Marked(Encoding.UTF8.GetString(end));
        }

        // A row may end like this too, in the few formats that escape nothing: taken for an error it is refused, which harms less than an answer that lacks rows.
        return end.EndsWith(")\n"u8) && Bare().Match(Encoding.UTF8.GetString(end)) is { Success: true } bare ? bare.Value.Trim() : null;
    }

    private static string? Marked(string end)
    {
        const string Head = Mark + "\r\n";
        var at = end.LastIndexOf(Head, StringComparison.Ordinal);
        return at < 0 ? null : end[(at + Head.Length)..].Trim();
    }

    // Mark, tag, text, its length and the tag again, mark. Where the end is missing, the text is what there is.
    private static string? Tagged(string end, string tag)
    {
        var head = $"{Mark}\r\n{tag}\r\n";
        var at = end.LastIndexOf(head, StringComparison.Ordinal);
        if (at < 0)
        {
            return null;
        }

        var text = end[(at + head.Length)..];
        var close = text.LastIndexOf($" {tag}\r\n{Mark}", StringComparison.Ordinal);
        var lengthAt = close < 0 ? -1 : text.LastIndexOf('\n', close);
        return (lengthAt < 0 ? text : text[..lengthAt]).Trim();
    }

    [GeneratedRegex(@"Code: \d+\. DB::Exception: .*\([A-Z0-9_]+\) \(version \d[^\n]*\)\n\z", RegexOptions.CultureInvariant | RegexOptions.Singleline)]
    private static partial Regex Bare();
}

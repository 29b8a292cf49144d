// Goal: the lexer never takes what is outside of quotes for what is inside, nor the other way round; what it cannot be sure of it says.
using Analytics.Grains.ClickHouse;
using Xunit;

namespace Analytics.Tests.ClickHouse;

public sealed class SqlLexerTests
{
    [Theory]
    [InlineData("", "")]
    [InlineData("a.b(c)", "a . b ( c )")]
    [InlineData("select 'it''s' x", "select ? ? x")]
    [InlineData("select 'it\\'s' x", "select ? x")]
    [InlineData("'\\\\' x", "? x")]
    [InlineData("`a``b`", "[a] [b]")]
    [InlineData("`a\\`b` \"a\\\"b\"", "[a`b] [a\"b]")]
    [InlineData("`\\x66ile`", "[file]")]
    [InlineData("`\\x6`", "[x6]")]
    [InlineData("a -- b 'c\nd", "a d")]
    [InlineData("a /* b 'c */ d", "a d")]
    [InlineData("a--b", "a")]
    [InlineData("a - -b", "a ? ? b")]
    [InlineData("1.5e3 x1 t.1.file", "? x1 t . ?")]
    [InlineData("{p:Identifier}", "? p : Identifier ?")]
    [InlineData("é a", "a")]
    [InlineData("'no end", "!'")]
    [InlineData("`no end", "!`")]
    [InlineData("'no end\\'", "!'")]
    [InlineData("/* no end", "!/*")]
    [InlineData("/* /* */ */", "!/*")]
    [InlineData("a // b", "a !// b")]
    [InlineData("# a", "!# a")]
    [InlineData("$$a$$", "!$ !$ a !$ !$")]
    [InlineData("\u2018a\u2019", "!\u2018 a !\u2019")]
    public void A_text_is_cut_into(string sql, string expected)
    {
        var tokens = new List<string>();
        var lexer = new SqlLexer(sql);
        while (lexer.TryNext(out var token))
        {
            tokens.Add(token.Kind switch
            {
                SqlTokenKind.Word => token.Text,
                SqlTokenKind.QuotedName => $"[{token.Text}]",
                SqlTokenKind.Dot => ".",
                SqlTokenKind.Colon => ":",
                SqlTokenKind.Open => "(",
                SqlTokenKind.Close => ")",
                SqlTokenKind.Ambiguous => "!" + token.Text,
                _ => "?",
            });

            // After a quotation without an end nothing is to be believed.
            if (token.Kind == SqlTokenKind.Ambiguous && token.Text is "'" or "`" or "/*")
            {
                break;
            }
        }

        Assert.Equal(expected, string.Join(' ', tokens));
    }
}

// Goal: a condition is read as it is meant (AND before OR, NOT before both), and what is no condition is said to be none, with the place and what was expected there.
using Analytics.Grains.Views.Where;
using Xunit;

namespace Analytics.Tests.Views;

public sealed class WhereParserTests
{
    [Theory]
    [InlineData("a = 1", "a Equal 1")]
    [InlineData("a<>'it''s'", "a NotEqual 'it''s'")]
    [InlineData("a.b >= -1.5e3", "a.b GreaterOrEqual -1500")]
    [InlineData("\"a field\" < .5", "a field Less 0.5")]
    [InlineData("`a``b` <= 9223372036854775807", "a`b LessOrEqual 9223372036854775807")]
    [InlineData("a > 9223372036854775808", "a Greater 9.223372036854776E+18")]
    [InlineData("ok != TRUE", "ok NotEqual true")]
    [InlineData("a = 1 AND b = 2 OR c = 3", "((a Equal 1 & b Equal 2) | c Equal 3)")]
    [InlineData("a = 1 and (b = 2 or c = 3)", "(a Equal 1 & (b Equal 2 | c Equal 3))")]
    [InlineData("NOT a = 1 AND b = 2", "(!a Equal 1 & b Equal 2)")]
    [InlineData("not not a is null", "!!a missing")]
    [InlineData("a IS NOT NULL", "!a missing")]
    [InlineData("a IN (1, 'b', true)", "a in 1,'b',true")]
    [InlineData("a NOT IN (1)", "!a in 1")]
    [InlineData("\"in\" = 1", "in Equal 1")]
    [InlineData("поле = 'да'", "поле Equal 'да'")]
    public void It_is_read(string text, string meaning) => Assert.Equal(meaning, Show(WhereParser.Read(text)));

    [Theory]
    [InlineData("", "At character 1 there is the end; expected is a field.")]
    [InlineData("a", "At character 2 there is the end; expected is an operator: = != < <= > >= IN IS.")]
    [InlineData("a = ", "At character 5 there is the end; expected is a number, a 'text', true or false.")]
    [InlineData("a = b", "At character 5 there is 'b'; expected is a number, a 'text', true or false.")]
    [InlineData("1 = a", "At character 1 there is '1'; expected is a field.")]
    [InlineData("a = 1 b", "At character 7 there is 'b'; expected is AND, OR or the end.")]
    [InlineData("(a = 1", "At character 7 there is the end; expected is AND, OR or ).")]
    [InlineData("a IS 1", "At character 6 there is '1'; expected is NULL.")]
    [InlineData("a NOT = 1", "At character 7 there is '='; expected is IN.")]
    [InlineData("a IN 1", "At character 6 there is '1'; expected is (.")]
    [InlineData("a IN (1 2)", "At character 9 there is '2'; expected is , or ).")]
    [InlineData("a = 'x", "The ' at character 5 is not closed.")]
    [InlineData("a = 1x", "'1x' at character 5 is no number.")]
    [InlineData("a = 1e999", "'1e999' at character 5 is no number.")]
    [InlineData("a = 1; DROP TABLE b", "';' at character 6 is neither a field nor a value nor an operator.")]
    [InlineData("a % 2 = 1", "'%' at character 3 is neither a field nor a value nor an operator.")]
    public void What_is_none_is_said_to_be(string text, string message) => Assert.Equal(message, Assert.Throws<WhereException>(() => WhereParser.Read(text)).Message);

    [Theory]
    [InlineData(0, true)]
    [InlineData(1, false)]
    public void There_are_so_many_characters(int more, bool isRead) => Check($"a = '{new string('x', WhereParser.CharsMax - 6 + more)}'", isRead);

    [Theory]
    [InlineData(0, true)]
    [InlineData(1, false)]
    public void There_are_so_many_values(int more, bool isRead) => Check($"a IN ({string.Join(',', Enumerable.Repeat("1", WhereParser.LiteralsMax + more))})", isRead);

    [Theory]
    [InlineData(0, true)]
    [InlineData(1, false)]
    public void There_are_so_many_brackets_within_each_other(int more, bool isRead)
    {
        var depth = WhereParser.DepthMax + more;
        Check($"{new string('(', depth)}a = 1{new string(')', depth)}", isRead);
        Check($"{string.Concat(Enumerable.Repeat("NOT ", depth))}a = 1", isRead);
    }

    private static void Check(string text, bool isRead)
    {
        if (isRead)
        {
            WhereParser.Read(text);
        }
        else
        {
            Assert.Throws<WhereException>(() => WhereParser.Read(text));
        }
    }

    private static string Show(WhereNode node) => node switch
    {
        WhereAll all => $"({string.Join(" & ", all.Nodes.Select(Show))})",
        WhereAny any => $"({string.Join(" | ", any.Nodes.Select(Show))})",
        WhereNot not => $"!{Show(not.Node)}",
        WhereMissing missing => $"{missing.Field} missing",
        WhereIn isIn => $"{isIn.Field} in {string.Join(',', isIn.Literals)}",
        WhereCompare compare => $"{compare.Field} {compare.Operator} {compare.Literal}",
        _ => "?",
    };
}

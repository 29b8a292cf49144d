using System.Globalization;

namespace Analytics.Grains.Views.Where;

/// <summary>
/// Reads a condition: comparisons (<c>= != &lt; &lt;= &gt; &gt;=</c>), <c>IN (…)</c>, <c>IS NULL</c>, <c>NOT</c>, <c>AND</c>, <c>OR</c>, brackets. AND binds closer than OR. A field is on the
/// left, a literal on the right: nothing is computed, so nothing can fail or take long.
/// </summary>
internal sealed class WhereParser
{
    /// <summary>Characters of a condition at most.</summary>
    public const int CharsMax = 2_000;

    /// <summary>Literals of a condition at most: each is a comparison for every event.</summary>
    public const int LiteralsMax = 100;

    /// <summary>Brackets and NOTs within each other at most.</summary>
    public const int DepthMax = 20;

    private readonly List<WhereToken> _tokens;
    private int _at;
    private int _literals;

    private WhereParser(List<WhereToken> tokens) => _tokens = tokens;

    private WhereToken Current => _tokens[_at];

    /// <summary>Reads it.</summary>
    /// <exception cref="WhereException">It is no condition; the message says where and why.</exception>
    public static WhereNode Read(string text)
    {
        if (text.Length > CharsMax)
        {
            throw new WhereException($"It has {text.Length} characters; {CharsMax} are allowed.");
        }

        var parser = new WhereParser(WhereLexer.Read(text));
        var node = parser.ReadAny(0);
        return parser.Current.Kind == WhereTokenKind.End ? node : throw parser.Expected("AND, OR or the end");
    }

    private WhereNode ReadAny(int depth)
    {
        var nodes = new List<WhereNode> { ReadAll(depth) };
        while (TakeWord("OR"))
        {
            nodes.Add(ReadAll(depth));
        }

        return nodes.Count == 1 ? nodes[0] : new WhereAny(nodes);
    }

    private WhereNode ReadAll(int depth)
    {
        var nodes = new List<WhereNode> { ReadOne(depth) };
        while (TakeWord("AND"))
        {
            nodes.Add(ReadOne(depth));
        }

        return nodes.Count == 1 ? nodes[0] : new WhereAll(nodes);
    }

    private WhereNode ReadOne(int depth)
    {
        if (depth > DepthMax)
        {
            throw new WhereException($"At character {Current.Position} there are more than {DepthMax} brackets and NOTs within each other.");
        }

        if (TakeWord("NOT"))
        {
            return new WhereNot(ReadOne(depth + 1));
        }

        if (!TakeSign("("))
        {
            return ReadComparison();
        }

        var node = ReadAny(depth + 1);
        return TakeSign(")") ? node : throw Expected("AND, OR or )");
    }

    private WhereNode ReadComparison()
    {
        if (Current.Kind is not (WhereTokenKind.Name or WhereTokenKind.QuotedName))
        {
            throw Expected("a field");
        }

        var field = _tokens[_at++].Text;
        if (TakeWord("IS"))
        {
            var isNot = TakeWord("NOT");
            return !TakeWord("NULL") ? throw Expected("NULL") : isNot ? new WhereNot(new WhereMissing(field)) : new WhereMissing(field);
        }

        var isNotIn = TakeWord("NOT");
        if (TakeWord("IN"))
        {
            return isNotIn ? new WhereNot(ReadIn(field)) : ReadIn(field);
        }

        return !isNotIn && OperatorOf(Current) is { } comparison ? ReadCompare(field, comparison) : throw Expected(isNotIn ? "IN" : "an operator: = != < <= > >= IN IS");
    }

    private WhereCompare ReadCompare(string field, WhereOperator comparison)
    {
        _at++;
        return new WhereCompare(field, comparison, ReadLiteral());
    }

    private WhereIn ReadIn(string field)
    {
        if (!TakeSign("("))
        {
            throw Expected("(");
        }

        var literals = new List<WhereLiteral> { ReadLiteral() };
        while (TakeSign(","))
        {
            literals.Add(ReadLiteral());
        }

        return TakeSign(")") ? new WhereIn(field, literals) : throw Expected(", or )");
    }

    private WhereLiteral ReadLiteral()
    {
        if (++_literals > LiteralsMax)
        {
            throw new WhereException($"It has more than {LiteralsMax} values.");
        }

        var token = Current;
        WhereLiteral? literal = token.Kind switch
        {
            WhereTokenKind.Text => WhereLiteral.Of(token.Text),
            WhereTokenKind.Number => NumberOf(token),
            _ when token.IsWord("true") => WhereLiteral.Of(true),
            _ when token.IsWord("false") => WhereLiteral.Of(false),
            _ => null,
        };
        if (literal is null)
        {
            throw Expected("a number, a 'text', true or false");
        }

        _at++;
        return literal.Value;
    }

    private static WhereLiteral NumberOf(WhereToken token)
    {
        if (long.TryParse(token.Text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var integer))
        {
            return WhereLiteral.Of(integer);
        }

        const NumberStyles Styles = NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent;
        return double.TryParse(token.Text, Styles, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number)
            ? WhereLiteral.Of(number)
            : throw new WhereException($"{token} at character {token.Position} is no number.");
    }

    private static WhereOperator? OperatorOf(WhereToken token) => token.Kind != WhereTokenKind.Sign ? null : token.Text switch
    {
        "=" => WhereOperator.Equal,
        "!=" or "<>" => WhereOperator.NotEqual,
        "<" => WhereOperator.Less,
        "<=" => WhereOperator.LessOrEqual,
        ">" => WhereOperator.Greater,
        ">=" => WhereOperator.GreaterOrEqual,
        _ => null,
    };

    private bool TakeWord(string word)
    {
        var isIt = Current.IsWord(word);
        _at += isIt ? 1 : 0;
        return isIt;
    }

    private bool TakeSign(string sign)
    {
        var isIt = Current.IsSign(sign);
        _at += isIt ? 1 : 0;
        return isIt;
    }

    private WhereException Expected(string what) => new($"At character {Current.Position} there is {Current}; expected is {what}.");
}

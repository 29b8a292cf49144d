using System.Globalization;
using System.Text;

namespace Analytics.Tests.Decode;

/// <summary>Makes random events as JSON text: most of them good, each in a form of its own.</summary>
internal sealed class EventMaker(Random random)
{
    private static readonly string[] Names =
        ["a", "b", "c", "user", "address", "city", "a_b", "b_c", "größe", "😀", "x y", "\"q\"", "_time", "_id", "_seq", "_extra", "_x", "n\\n",
            "", "\u0001"];

    private static readonly string[] Texts =
    [
        "", "text", "é€😀", "2026-11-20T10:00:00Z", "2026-11-20 10:00:00.123+02:00", "2026-11-20T10:00:00.123456Z", "2026-02-30T10:00:00Z",
        "1969-12-31T23:59:59.999-0330", "2026-11-20T10:00:00", "line\nbreak", "\0", "quote\"\\", "{}[],:", "0001-01-01T00:00Z",
    ];

    private static readonly string[] Numbers =
    [
        "0", "-0", "-0.0", "1", "42", "-7", "1.5", "1e3", "1E-3", "0.1", "123456789012345.6", "1234567890123456.7", "9007199254740992",
        "9007199254740993", "-9223372036854775808",
        "9223372036854775807", "9223372036854775808", "1e308", "1e309", "-1e999", "1795168800123", "5e-324",
        "1795168800123.999",
    ];

    /// <summary>An event.</summary>
    public string Event()
    {
        var members = new List<string>
        {
            Member("project", Pick("p", "q", "shop_2"), 40), Member("metric", Pick("m", "n/x", "größe", "\"m\""), 40),
        };
        AddSome(members, 0.4, () => "\"time\":" + Pick(Text(), Number(), "null"));
        AddSome(members, 0.4, () => "\"id\":" + Pick(Text(), Number(), "null", Text("id-" + random.Next(5))));
        AddSome(members, 0.9, () => "\"fields\":" + (random.Next(30) == 0 ? Value(3) : Object(0)));
        AddSome(members, 0.02, () => Pick("\"x\":1", "\"project\":\"p\"", "\"fields\":{}", "\"metric\":null"));
        if (random.Next(3) == 0)
        {
            var order = members.ToArray();
            random.Shuffle(order);
            members = [.. order];
        }

        return "{" + Space() + string.Join(Space() + "," + Space(), members) + Space() + "}";
    }

    /// <summary>An event whose fields have neither of two names, nor those that mean time and id in an envelope.</summary>
    public BareObject BareObject(params string[] without)
    {
        var others = Enumerable.Range(0, random.Next(6))
            .Select(_ => (Name: random.Next(4) == 0 ? Names[random.Next(Names.Length)] : "f" + random.Next(30), Value: Value(0)))
            .Where(member => member.Name is not "_time" and not "_id" && !without.Contains(member.Name))
            .Select(member => $"{Text(member.Name)}:{Space()}{member.Value}");
        return new BareObject(
            random.Next(2) == 0 ? Pick(Text(), Number(), "null", "1795168800123") : null,
            random.Next(2) == 0 ? Pick(Text(), Number(), "null", "7") : null,
            [.. others],
            random.Next(49));
    }

    private string Member(string key, string value, int oddness) =>
        random.Next(oddness) == 0 ? $"\"{key}\":{Value(2)}" : $"{Text(key)}{Space()}:{Space()}{Text(value)}";

    private void AddSome(List<string> members, double share, Func<string> make)
    {
        if (random.NextDouble() < share)
        {
            members.Add(make());
        }
    }

    private string Object(int level) => "{" + string.Join(',', Enumerable.Range(0, random.Next(6)).Select(_ =>
        $"{Text(random.Next(4) == 0 ? Names[random.Next(Names.Length)] : "f" + random.Next(30))}:{Space()}{Value(level)}")) + "}";

    private string Value(int level) => random.Next(level > 3 ? 6 : 9) switch
    {
        0 => Pick("true", "false", "null"),
        1 or 2 => Number(),
        3 or 4 or 5 => Text(),
        6 => Object(level + 1),
        _ => Array(level),
    };

    private string Array(int level)
    {
        Func<string> element = random.Next(6) switch
        {
            0 => () => Pick("true", "false", "null"),
            1 => () => random.Next(100).ToString(CultureInfo.InvariantCulture),
            2 => Number,
            3 => () => Text(),
            4 => () => Value(level + 1),
            _ => () => Pick("null", "null", "1"),
        };
        return "[" + string.Join(Space() + ",", Enumerable.Range(0, random.Next(5)).Select(_ => element())) + "]";
    }

    private string Number() => random.Next(2) == 0
        ? Numbers[random.Next(Numbers.Length)]
        : (random.Next(20_000) / 100.0).ToString(random.Next(2) == 0 ? "R" : "F2", CultureInfo.InvariantCulture);

    private string Text() => Text(Texts[random.Next(Texts.Length)]);

    // Any character may be escaped; some must be.
    private string Text(string text)
    {
        var odds = random.Next(3) == 0 ? 3 : int.MaxValue;
        var json = new StringBuilder("\"");
        foreach (var c in text)
        {
            _ = c switch
            {
                _ when c < ' ' || random.Next(odds) == 0 => json.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}"),
                '"' or '\\' => json.Append('\\').Append(c),
                _ when char.IsSurrogate(c) && odds != int.MaxValue => json.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:X4}"),
                _ => json.Append(c),
            };
        }

        return json.Append(random.Next(400) == 0 ? "\\ud800\"" : "\"").ToString();
    }

    private string Space() => random.Next(12) == 0 ? Pick(" ", "\t", "  ") : "";

    private string Pick(params string[] choices) => choices[random.Next(choices.Length)];
}

using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Analytics.Grains.Configuration;

namespace Analytics.Tests.Decode;

/// <summary>The rules for one event once more: slow, with the framework's document model, sharing no code with the decoder.</summary>
internal sealed partial class OracleDecoder(LimitsOptions limits)
{
    private static readonly string[] Keys = ["project", "metric", "time", "id", "fields"];

    private static readonly string[] Kept = ["_time", "_id", "_received", "_partition", "_offset", "_seq", "_inserted", "_extra"];

    private static readonly string[] ReservedProjects = ["analytics", "system", "information_schema", "default"];

    private readonly SortedDictionary<string, string> _values = new(StringComparer.Ordinal);
    private readonly List<(string[] Path, string Value)> _found = [];
    private long? _time;
    private string? _id;

    /// <summary>The event as <see cref="Decoding"/> writes it, or <see langword="null"/> when the bytes are no event.</summary>
    public static string? Line(byte[] input, LimitsOptions limits)
    {
        try
        {
            new UTF8Encoding(false, throwOnInvalidBytes: true).GetCharCount(input);
            using var document = JsonDocument.Parse(input, new JsonDocumentOptions { MaxDepth = 1000 });
            return new OracleDecoder(limits).Event(document.RootElement, input.Length);
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException or ArgumentException or RefusedException)
        {
            // Not JSON, half a surrogate pair, not UTF-8, or a rule.
            return null;
        }
    }

    private string Event(JsonElement root, int size)
    {
        Check(root.ValueKind == JsonValueKind.Object && size <= limits.EventBytesMax);
        var members = root.EnumerateObject().ToList();
        Check(members.Select(member => member.Name).Distinct().Count() == members.Count && members.All(member => Keys.Contains(member.Name)));
        var given = members.Where(member => member.Value.ValueKind != JsonValueKind.Null).ToDictionary(member => member.Name, member => member.Value);
        var project = Required(given, "project");
        var metric = Required(given, "metric");
        Check(Regex.IsMatch(project, "\\A[a-z][a-z0-9_]{0,62}\\z") && !ReservedProjects.Contains(project) && IsName(metric));
        if (given.TryGetValue("time", out var time))
        {
            Time(time);
        }

        if (given.TryGetValue("id", out var id))
        {
            Id(id);
        }

        if (given.TryGetValue("fields", out var fields))
        {
            Check(fields.ValueKind == JsonValueKind.Object);
            Fields(fields, []);
        }

        foreach (var shared in _found.GroupBy(field => string.Join('_', field.Path)))
        {
            foreach (var (path, value) in shared)
            {
                Check(_values.TryAdd(shared.Count() > 1 ? string.Join('.', path) : shared.Key, value));
            }
        }

        Check(_values.Count <= limits.FieldsPerEventMax);
        var line = new StringBuilder($"{project}/{metric}");
        line.Append(_time is null or Decoding.ReceivedMs ? "" : string.Create(CultureInfo.InvariantCulture, $" @{_time}"));
        line.Append(string.IsNullOrEmpty(_id) ? "" : " #" + _id);
        return line.Append(string.Concat(_values.Select(value => $" {value.Key}={value.Value}"))).ToString();
    }

    private static string Required(Dictionary<string, JsonElement> given, string key)
    {
        Check(given.TryGetValue(key, out var value));
        return value.GetString()!;
    }

    private void Time(JsonElement value)
    {
        Check(_time is null);
        if (value.ValueKind == JsonValueKind.String)
        {
            var text = value.GetString()!;
            _time = Instant(text) ?? Instant(LongFraction().Replace(text, "$1"));
        }
        else if (value.ValueKind == JsonValueKind.Number)
        {
            var isDecimal = decimal.TryParse(value.GetRawText(), NumberStyles.Float, CultureInfo.InvariantCulture, out var number);
            Check(isDecimal && Math.Abs(number) < 1e17m);
            _time = value.GetRawText().IndexOfAny(['.', 'e', 'E']) < 0 ? (long)number : (long)Math.Floor(value.GetDouble());
        }

        Check(_time >= new DateTimeOffset(1900, 1, 1, 0, 0, 0, TimeSpan.Zero).ToUnixTimeMilliseconds());
        Check(_time < new DateTimeOffset(2300, 1, 1, 0, 0, 0, TimeSpan.Zero).ToUnixTimeMilliseconds());
    }

    private void Id(JsonElement value)
    {
        Check(_id is null && value.ValueKind is JsonValueKind.String or JsonValueKind.Number);
        _id = value.ValueKind == JsonValueKind.String ? value.GetString()! : value.GetRawText();
        Check(Encoding.UTF8.GetByteCount(_id) <= limits.IdBytesMax);
    }

    private void Fields(JsonElement fields, string[] above)
    {
        var level = above.Length;
        Check(level <= limits.NestingMax);
        foreach (var member in fields.EnumerateObject())
        {
            string[] path = [.. above, member.Name];
            var name = string.Join('_', path);
            Check(member.Name.Length > 0 && Encoding.UTF8.GetByteCount(name) <= 128);
            if (level == 0 && member.Name is "_time" or "_id" && above.Length == 0)
            {
                if (member.Value.ValueKind != JsonValueKind.Null)
                {
                    ((Action<JsonElement>)(name == "_time" ? Time : Id))(member.Value);
                }
            }
            else if (member.Value.ValueKind == JsonValueKind.Object)
            {
                Fields(member.Value, path);
            }
            else
            {
                Check(IsName(name) && !Kept.Contains(name));
                if (member.Value.ValueKind != JsonValueKind.Null)
                {
                    _found.Add((path, Value(member.Value, level)));
                }
            }
        }
    }

    private string Value(JsonElement value, int level) => value.ValueKind switch
    {
        JsonValueKind.True => "true",
        JsonValueKind.False => "false",
        JsonValueKind.Number => Number(value),
        JsonValueKind.String => (Instant(Text(value)) is null ? "s" : "t") + Text(value),
        _ => Array(value, level),
    };

    private static string Number(JsonElement value)
    {
        var text = value.GetRawText();
        if (text.IndexOfAny(['.', 'e', 'E']) < 0)
        {
            Check(long.TryParse(text, CultureInfo.InvariantCulture, out var integer));
            return "i" + integer.ToString(CultureInfo.InvariantCulture);
        }

        var number = double.Parse(text, CultureInfo.InvariantCulture);
        Check(double.IsFinite(number));
        return "f" + number.ToString("R", CultureInfo.InvariantCulture);
    }

    private string Text(JsonElement value)
    {
        var text = value.GetString()!;
        Check(Encoding.UTF8.GetByteCount(text) <= limits.StringBytesMax);
        return text;
    }

    private string Array(JsonElement array, int level)
    {
        Check(level + Depth(array) <= limits.NestingMax && array.GetArrayLength() <= limits.ArrayElementsMax);
        var elements = array.EnumerateArray().ToList();
        var kinds = new HashSet<char>();
        var shown = new List<string>();
        foreach (var element in elements)
        {
            if (element.ValueKind is JsonValueKind.Object or JsonValueKind.Array)
            {
                CheckTexts(element);
                kinds.Add('j');
                continue;
            }

            var text = element.ValueKind == JsonValueKind.Null ? "null" : Value(element, level);
            _ = element.ValueKind == JsonValueKind.Null || kinds.Add(element.ValueKind == JsonValueKind.String ? 's' : text is "true" or "false"
                ? 'b' : text[0]);
            shown.Add(text is "true" or "false" or "null" && element.ValueKind != JsonValueKind.String ? text : text[1..]);
        }

        if (kinds.SetEquals(['i', 'f']) && elements.All(IsExact))
        {
            kinds = ['f'];
        }

        Check(kinds.Count == 1 && !kinds.Contains('j') || kinds.Count == 0
            || Encoding.UTF8.GetByteCount(array.GetRawText()) <= limits.StringBytesMax);
        return kinds.Count switch
        {
            0 => $"e[{string.Join(',', shown)}]",
            1 when kinds.Single() != 'j' => $"{kinds.Single()}[{string.Join(',', shown)}]",
            _ => "j" + array.GetRawText(),
        };
    }

    private static bool IsExact(JsonElement element) =>
        element.ValueKind == JsonValueKind.Null || element.GetRawText().IndexOfAny(['.', 'e', 'E']) >= 0
            || Math.Abs((decimal)element.GetInt64()) <= 1L << 53;

    private static int Depth(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Array => 1 + element.EnumerateArray().Select(Depth).DefaultIfEmpty().Max(),
        JsonValueKind.Object => 1 + element.EnumerateObject().Select(member => Depth(member.Value)).DefaultIfEmpty().Max(),
        _ => 0,
    };

    // Reading a text is what finds half a surrogate pair in it.
    private static void CheckTexts(JsonElement element)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.String:
                _ = element.GetString();
                break;
            case JsonValueKind.Array:
                element.EnumerateArray().ToList().ForEach(CheckTexts);
                break;
            case JsonValueKind.Object:
                foreach (var member in element.EnumerateObject())
                {
                    _ = member.Name;
                    CheckTexts(member.Value);
                }

                break;
            default:
                break;
        }
    }

    private static long? Instant(string text)
    {
        var match = Iso().Match(text);
        if (!match.Success)
        {
            return null;
        }

        int Group(string name) => match.Groups[name].Success ? int.Parse(match.Groups[name].Value, CultureInfo.InvariantCulture) : 0;
        var (year, month, day) = (Group("y"), Group("mo"), Group("d"));
        if (year == 0 || month is 0 or > 12 || day == 0 || day > DateTime.DaysInMonth(year, month) || Group("h") > 23 || Group("mi") > 59
            || Group("s") > 59
            || Group("zh") > 23 || Group("zm") > 59)
        {
            return null;
        }

        var milliseconds = int.Parse(match.Groups["f"].Value.PadRight(3, '0'), CultureInfo.InvariantCulture);
        var local = new DateTime(year, month, day, Group("h"), Group("mi"), Group("s"), milliseconds, DateTimeKind.Utc);
        var zoneMs = ((Group("zh") * 60L) + Group("zm")) * 60_000 * (match.Groups["sign"].Value == "-" ? -1 : 1);
        return ((local.Ticks - DateTime.UnixEpoch.Ticks) / TimeSpan.TicksPerMillisecond) - zoneMs;
    }

    private static bool IsName(string name) =>
        Encoding.UTF8.GetByteCount(name) is > 0 and <= 128 && !name.Any(char.IsControl);

    private static void Check(bool condition)
    {
        if (!condition)
        {
            throw new RefusedException();
        }
    }

    [GeneratedRegex(
        "\\A(?<y>[0-9]{4})-(?<mo>[0-9]{2})-(?<d>[0-9]{2})[T ](?<h>[0-9]{2}):(?<mi>[0-9]{2})(:(?<s>[0-9]{2})(\\.(?<f>[0-9]{1,3}))?)?"
        + "(Z|(?<sign>[+-])(?<zh>[0-9]{2}):?(?<zm>[0-9]{2}))\\z")]
    private static partial Regex Iso();

    [GeneratedRegex("(\\.[0-9]{3})[0-9]{1,6}(?![0-9])")]
    private static partial Regex LongFraction();

    private sealed class RefusedException : Exception;
}

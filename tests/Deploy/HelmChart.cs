using System.Text;
using System.Text.RegularExpressions;

namespace Analytics.Tests.Deploy;

/// <summary>
/// Renders the chart with the few constructs its templates use, and refuses all others: values, <c>quote</c>, <c>toYaml | nindent</c>, <c>if</c>, <c>if not</c>, what the cluster has, and
/// <c>range</c> over a map. <c>quote</c> takes texts only: Helm writes large numbers with an exponent.
/// </summary>
internal sealed partial class HelmChart
{
    // What the cluster has that the manifests are for.
    private static readonly HashSet<string> Apis = ["monitoring.coreos.com/v1"];

    private readonly Yaml _values;
    private readonly Yaml _chart;
    private readonly string _release;

    private HelmChart(Yaml values, Yaml chart, string release)
    {
        _values = values;
        _chart = chart;
        _release = release;
    }

    public static string Folder => Path.Combine(RepositoryRoot.Path, "deploy", "helm", "analytics");

    /// <summary>All manifests of the chart, with changes to the text of its values.</summary>
    public static IReadOnlyList<Yaml> Render(params (string Old, string New)[] changes) =>
        [.. Directory.EnumerateFiles(Path.Combine(Folder, "templates")).Order(StringComparer.Ordinal).SelectMany(path => Yaml.ReadAll(RenderText(File.ReadAllText(path), changes)))];

    public static string RenderText(string template, params (string Old, string New)[] changes)
    {
        var values = File.ReadAllText(Path.Combine(Folder, "values.yaml"));
        foreach (var (old, @new) in changes)
        {
            Xunit.Assert.Contains(old, values, StringComparison.Ordinal);
            values = values.Replace(old, @new, StringComparison.Ordinal);
        }

        var chart = new HelmChart(Yaml.ReadAll(values).Single(), Yaml.Read("deploy/helm/analytics/Chart.yaml"), "live");
        var output = new StringBuilder();
        var tokens = new Queue<string>(Tokens(template));
        chart.Write(tokens, output, isShown: true, []);
        return tokens.Count == 0 ? output.ToString() : throw new InvalidDataException($"{tokens.Peek()} has no beginning.");
    }

    // {{- and -}} take the white space beside them away.
    private static IEnumerable<string> Tokens(string template) =>
        Action().Split(TrimRight().Replace(TrimLeft().Replace(template, "{{"), "}}")).Where(token => token.Length > 0);

    private void Write(Queue<string> tokens, StringBuilder output, bool isShown, Dictionary<string, Yaml> variables)
    {
        while (tokens.TryPeek(out var token) && token != "{{ end }}")
        {
            tokens.Dequeue();
            if (!token.StartsWith("{{", StringComparison.Ordinal))
            {
                output.Append(isShown ? token : string.Empty);
                continue;
            }

            var words = token[2..^2].Trim().Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (words[0] is "if" or "range")
            {
                WriteBlock(words, tokens, output, isShown, variables);
            }
            else if (isShown)
            {
                output.Append(Evaluate(words, variables));
            }
        }
    }

    private void WriteBlock(string[] words, Queue<string> tokens, StringBuilder output, bool isShown, Dictionary<string, Yaml> variables)
    {
        var body = new List<string>();
        for (var depth = 1; depth > 0;)
        {
            var token = tokens.TryDequeue(out var next) ? next : throw new InvalidDataException($"{string.Join(' ', words)} has no end.");
            depth += BlockBegin().IsMatch(token) ? 1 : token == "{{ end }}" ? -1 : 0;
            body.Add(token);
        }

        body.RemoveAt(body.Count - 1);
        if (words[0] == "if")
        {
            var isTrue = words.Length == 3 && words[1] == ".Capabilities.APIVersions.Has" ? Apis.Contains(words[2].Trim('"')) : words.Length == 3 && words[1] == "not" ? !IsTrue(words[2]) : words.Length == 2 ? IsTrue(words[1]) : throw Unknown(words);
            Write(new Queue<string>(body), output, isShown && isTrue, variables);
            return;
        }

        if (words is not ["range", var key, var value, ":=", var path])
        {
            throw Unknown(words);
        }

        foreach (var (name, item) in ValueOf(path, variables).Map.OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            Write(new Queue<string>(body), output, isShown, new(variables) { [key.TrimEnd(',')] = new Yaml(name), [value] = item });
        }
    }

    private string Evaluate(string[] words, Dictionary<string, Yaml> variables) => words switch
    {
        [var path] => ValueOf(path, variables).Text,
        [var path, "|", "quote"] => ValueOf(path, variables).Value is string text ? $"\"{text}\"" : throw new InvalidDataException($"{path} is quoted and no text."),
        ["toYaml", var path, "|", "nindent", var columns] => string.Concat(
            ValueOf(path, variables).Write().Split('\n').Select(line => "\n" + new string(' ', int.Parse(columns, System.Globalization.CultureInfo.InvariantCulture)) + line)),
        _ => throw Unknown(words),
    };

    private bool IsTrue(string path) => ValueOf(path, []) switch
    {
        { Value: bool isTrue } => isTrue,
        { Value: string text } => text.Length > 0,
        var value => value.Items.Count + value.Map.Count > 0,
    };

    private Yaml ValueOf(string path, Dictionary<string, Yaml> variables)
    {
        var value = path.Split('.', 3) switch
        {
            ["" or "$", "Values", var name] => _values[name],
            ["", "Chart", "AppVersion"] => _chart["appVersion"],
            ["", "Release", "Name"] => new Yaml(_release),
            _ => variables.GetValueOrDefault(path) ?? throw new InvalidDataException($"{path} is nothing that templates may use."),
        };
        return value.Exists ? value : throw new InvalidDataException($"{path} is not in values.yaml.");
    }

    private static InvalidDataException Unknown(string[] words) => new($"{string.Join(' ', words)} is nothing that templates may use.");

    [GeneratedRegex(@"(\{\{.*?\}\})")]
    private static partial Regex Action();

    [GeneratedRegex(@"\s*\{\{-")]
    private static partial Regex TrimLeft();

    [GeneratedRegex(@"-\}\}\s*")]
    private static partial Regex TrimRight();

    [GeneratedRegex(@"^\{\{ *(if|range) ")]
    private static partial Regex BlockBegin();
}

using System.Globalization;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;
using YamlDotNet.Serialization;

namespace Analytics.Tests.Deploy;

/// <summary>A value of a YAML document: a map, a list, a text, a number, a truth or nothing. What is not there is nothing, too.</summary>
internal sealed record Yaml(object? Value)
{
    private static readonly IDeserializer Reader = new DeserializerBuilder().WithAttemptingUnquotedStringTypeDeserialization().Build();
    private static readonly ISerializer Writer = new SerializerBuilder().WithQuotingNecessaryStrings().Build();

    /// <summary>The documents of a file; merges (<c>&lt;&lt;</c>) are resolved, a name twice in one map is an error.</summary>
    public static IReadOnlyList<Yaml> ReadAll(string text)
    {
        var parser = new MergingParser(new Parser(new StringReader(text)));
        var documents = new List<Yaml>();
        parser.Consume<StreamStart>();
        while (parser.Accept<DocumentStart>(out _))
        {
            if (Reader.Deserialize(parser) is { } value)
            {
                documents.Add(new Yaml(value));
            }
        }

        return documents;
    }

    public static Yaml Read(string path) => ReadAll(File.ReadAllText(Path.Combine(RepositoryRoot.Path, path))).Single();

    /// <summary>A member, by names separated by dots.</summary>
    public Yaml this[string path] => path.Split('.').Aggregate(this, (at, name) => new Yaml(at.Map.GetValueOrDefault(name)?.Value));

    public IReadOnlyDictionary<string, Yaml> Map => Value is IDictionary<object, object> map
        ? map.ToDictionary(pair => Convert.ToString(pair.Key, CultureInfo.InvariantCulture)!, pair => new Yaml(pair.Value))
        : new Dictionary<string, Yaml>();

    public IReadOnlyList<Yaml> Items => Value is IList<object> list ? [.. list.Select(item => new Yaml(item))] : [];

    public string Text => Convert.ToString(Value, CultureInfo.InvariantCulture) ?? string.Empty;

    public bool Exists => Value is not null;

    public string Write() => Writer.Serialize(Value!).TrimEnd('\n');

    /// <summary>Every text and number in it, with the path there.</summary>
    public IEnumerable<(string Path, string Text)> Leaves(string path = "") => Value switch
    {
        IDictionary<object, object> => Map.SelectMany(pair => pair.Value.Leaves($"{path}.{pair.Key}")),
        IList<object> => Items.SelectMany((item, i) => item.Leaves($"{path}[{i}]")),
        _ => [(path, Text)],
    };
}

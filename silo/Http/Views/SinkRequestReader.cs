using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using Analytics.GrainInterfaces.Views;

namespace Analytics.Silo.Http.Views;

/// <summary>Reads the sinks of a view: a name, or an object with a name and what is decided for it.</summary>
internal static class SinkRequestReader
{
    private static readonly Dictionary<string, ViewSinkKind> Kinds = Enum.GetValues<ViewSinkKind>().ToDictionary(ViewSink.NameOf, StringComparer.Ordinal);

    private static readonly string Names = string.Join(" or ", Kinds.Keys);

    /// <summary>Reads them.</summary>
    /// <param name="given">As the body has them.</param>
    /// <param name="sinks">What they are.</param>
    /// <param name="problem">What is wrong with them, in the caller's words.</param>
    public static bool TryRead(JsonElement[] given, out ViewSink[] sinks, [NotNullWhen(false)] out string? problem)
    {
        sinks = new ViewSink[given.Length];
        problem = null;
        for (var i = 0; i < given.Length && problem is null; i++)
        {
            problem = Read(given[i], $"sinks[{i}]", out sinks[i]);
        }

        return problem is null;
    }

    private static string? Read(JsonElement given, string name, out ViewSink sink)
    {
        sink = new ViewSink(ViewSinkKind.ClickHouse);
        if (given.ValueKind == JsonValueKind.String && Kinds.TryGetValue(given.GetString()!, out var kind))
        {
            sink = new ViewSink(kind);
            return null;
        }

        if (given.ValueKind != JsonValueKind.Object || given.EnumerateObject().ToArray() is not [var only] || !Kinds.TryGetValue(only.Name, out kind) || only.Value.ValueKind != JsonValueKind.Object)
        {
            return $"{name} is {Names}, or an object with one of them: {{\"postgres\":{{\"table\":\"flow\"}}}}.";
        }

        sink = new ViewSink(kind);
        foreach (var member in only.Value.EnumerateObject())
        {
            if (member is { Name: "table", Value.ValueKind: JsonValueKind.String })
            {
                sink = sink with { Table = member.Value.GetString() };
            }
            else if (member is { Name: "columns", Value.ValueKind: JsonValueKind.Object } && member.Value.EnumerateObject().All(column => column.Value.ValueKind == JsonValueKind.String))
            {
                sink = sink with { Columns = [.. member.Value.EnumerateObject().Select(column => new SinkColumn(column.Name, column.Value.GetString()!))] };
            }
            else
            {
                return $"{name}: {only.Name} has \"table\", a name, and \"columns\", an object from what is written to the column's name; not '{member.Name}' as it is here.";
            }
        }

        return null;
    }
}

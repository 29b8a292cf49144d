// Goal: silos of two versions understand each other. The bytes that every message had when it was first released are read by today's code with every member in its place; a member that
// is added under a new number changes nothing of that, and one that is renumbered, retyped or removed fails.
using System.Runtime.CompilerServices;
using Analytics.GrainInterfaces;
using Analytics.Silo.Ingest.Streams;
using Microsoft.Extensions.DependencyInjection;
using Orleans;
using Orleans.Serialization;
using Xunit;

namespace Analytics.Tests.OrleansPackages;

public sealed class MessageLayoutTests : IDisposable
{
    private const string FileName = "message-layouts.txt";

    private readonly ServiceProvider _services = new ServiceCollection().AddSerializer().BuildServiceProvider();

    private static IEnumerable<Type> Types => new[] { typeof(IMetricGrain).Assembly, typeof(MetricBatches).Assembly }
        .SelectMany(assembly => assembly.GetTypes())
        .Where(type => type.IsDefined(typeof(GenerateSerializerAttribute), inherit: false))
        .OrderBy(type => type.Name, StringComparer.Ordinal);

    private Serializer Serializer => _services.GetRequiredService<Serializer>();

    public void Dispose() => _services.Dispose();

    [Fact]
    public void Every_message_is_read_from_the_bytes_that_were_released()
    {
        var released = ReadLines().ToDictionary(line => line[0], line => line);
        var findings = new List<string>();
        foreach (var type in Types)
        {
            if (!released.Remove(type.Name, out var line))
            {
                findings.Add($"{type.Name} is new. Add the line: {LineOf(type)}");
            }
            else if (WhyNot(type, int.Parse(line[1], System.Globalization.CultureInfo.InvariantCulture), Convert.FromHexString(line[2])) is { } reason)
            {
                findings.Add($"{type.Name}: {reason}");
            }
        }

        findings.AddRange(released.Keys.Select(name => $"{name} is gone: silos of an earlier version still send it."));
        Assert.True(findings.Count == 0, string.Join('\n', findings));
    }

    [Fact]
    public void A_member_that_is_added_is_read_and_sent_both_ways()
    {
        Assert.Null(WhyNot<Released, Added>());
        Assert.Null(WhyNot<Added, Released>(missing: 1));
    }

    [Fact]
    public void A_member_that_is_renumbered_or_retyped_or_gone_is_found()
    {
        Assert.NotNull(WhyNot<Released, Renumbered>());
        Assert.NotNull(WhyNot<Released, Retyped>());
        Assert.NotNull(WhyNot<Released, Reduced>());
    }

    private string? WhyNot<TSent, TRead>(int missing = 0)
        where TSent : notnull
    {
        var sent = (TSent)MessageSample.Of(typeof(TSent));
        return WhyNot(MessageSample.Flatten(sent), MessageSample.Flatten(sent).Count - missing, () => Serializer.Deserialize<TRead>(Serializer.SerializeToArray(sent)));
    }

    private string? WhyNot(Type type, int count, byte[] bytes) => WhyNot(MessageSample.Flatten(MessageSample.Of(type)), count, () => Serializer.Deserialize<object>(bytes));

    private static string? WhyNot(SortedDictionary<string, string> sent, int count, Func<object?> read)
    {
        SortedDictionary<string, string> arrived;
        try
        {
            arrived = MessageSample.Flatten(read());
        }
        catch (Exception e)
        {
            return $"its bytes cannot be read: {e.Message}";
        }

        var other = arrived.FirstOrDefault(member => sent.GetValueOrDefault(member.Key) != member.Value);
        return other.Key is not null ? $"{other.Key} arrives as {other.Value}"
            : arrived.Count < count ? $"{count} members were sent and {arrived.Count} arrive"
            : null;
    }

    private string LineOf(Type type)
    {
        var sample = MessageSample.Of(type);
        return $"{type.Name} {MessageSample.Flatten(sample).Count} {Convert.ToHexString(Serializer.SerializeToArray(sample))}";
    }

    private static IEnumerable<string[]> ReadLines([CallerFilePath] string path = "") =>
        File.ReadLines(Path.Combine(Path.GetDirectoryName(path)!, FileName)).Where(line => line.Length > 0 && line[0] != '#').Select(line => line.Split(' '));

    [GenerateSerializer, Alias("tests.Released")]
    internal sealed record Released([property: Id(0)] string Name, [property: Id(1)] long Count);

    [GenerateSerializer, Alias("tests.Added")]
    internal sealed record Added([property: Id(0)] string Name, [property: Id(1)] long Count)
    {
        [Id(2)]
        public string? More { get; init; }
    }

    [GenerateSerializer, Alias("tests.Renumbered")]
    internal sealed record Renumbered([property: Id(0)] string Name, [property: Id(2)] long Count);

    [GenerateSerializer, Alias("tests.Retyped")]
    internal sealed record Retyped([property: Id(0)] string Name, [property: Id(1)] string Count);

    [GenerateSerializer, Alias("tests.Reduced")]
    internal sealed record Reduced([property: Id(0)] string Name);
}

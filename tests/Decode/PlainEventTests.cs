// Goal: an event that is read without the JSON reader gives exactly what the reader gives, and so does one that looks like it could be and is not.
using System.Text;
using Analytics.Grains.Configuration;
using Analytics.Silo.Ingest.Decode;
using Analytics.Silo.Log.Kafka;
using Xunit;

namespace Analytics.Tests.Decode;

public sealed class PlainEventTests
{
    private const int Seeds = 3_000;
    private const int MessagesPerSeed = 12;

    private static readonly string[] Spice =
        ["\"", "\\", "{", "}", "[", "]", ",", ":", " ", "\n", "0", "-", ".", "e", "\u0001", "null", "true", "\"a\":1,", "_time", "\\u0041", "é", "00", "1e5", "\t"];

    private static readonly KafkaMapping Mapping = new()
    {
        Topic = "t",
        Project = "p",
        Metric = "m",
        TimeField = "a",
        IdField = "b",
        TimeUnit = "Seconds",
        KeyField = "c",
    };

    [Fact]
    public void Events_of_all_kinds_broken_ones_too_are_read_alike()
    {
        for (var seed = 0; seed < Seeds; seed++)
        {
            var random = new Random(seed);
            var limits = Limits(random);
            var mapping = random.Next(3) == 0 ? new BareEvents(Mapping) : null;
            var plain = new Decoding(limits, mapping);
            var reader = new Decoding(limits, mapping, readsPlain: false);
            for (var i = 0; i < MessagesPerSeed; i++)
            {
                var message = Encoding.UTF8.GetBytes(Message(random, isBare: mapping is not null));
                if (random.Next(20) == 0)
                {
                    message[random.Next(message.Length)] = (byte)random.Next(256);
                }

                plain.Add(message);
                reader.Add(message);
                Assert.True(reader.Take().SequenceEqual(plain.Take()), $"seed {seed}, message {i}: {Encoding.UTF8.GetString(message)}");
            }
        }
    }

    [Theory]
    [InlineData("""{"project":"p","metric":"m","fields":{"a":1,"b":"x","c":true,"d":-2.5}}""")]
    [InlineData("""{ "project": "p", "metric": "m", "time": 5, "id": "x", "fields": { "a": 1, "b": "é" } }""")]
    [InlineData("""{"metric":"m","project":"p"}""")]
    [InlineData("""{"project":"p","metric":"m","fields":{"_time":7,"_id":8,"a":2}}""")]
    public void What_nearly_everybody_sends_is_plain_from_its_second_event_on(string text)
    {
        var walker = new EventWalker<CountingSink>(new LimitsOptions(), new CountingSink { Names = new FieldNames() });
        foreach (var name in new[] { "a", "b", "c", "d" })
        {
            walker.Sink.Names.Add(Encoding.UTF8.GetBytes(name));
        }

        walker.Walk(Encoding.UTF8.GetBytes(text));
        Assert.Equal((1, 0), (walker.Sink.Commits, walker.Sink.Cancels));
    }

    [Theory]
    [InlineData("""{"project":"p","metric":"m","fields":{"new":1}}""")]
    [InlineData("""{"project":"p","metric":"m","fields":{"a":[1]}}""")]
    [InlineData("""{"project":"p","metric":"m","fields":{"a":1e3}}""")]
    [InlineData("""{"project":"p","metric":"m","fields":{"a":"\\n"}}""")]
    public void Whatever_else_is_left_to_the_reader(string text)
    {
        var walker = new EventWalker<CountingSink>(new LimitsOptions(), new CountingSink { Names = new FieldNames() });
        walker.Sink.Names.Add("a"u8);
        walker.Walk(Encoding.UTF8.GetBytes(text));
        Assert.Equal((1, 1), (walker.Sink.Commits, walker.Sink.Cancels));
    }

    // Events of few names, nearly all of them plain, with something thrown in here and there.
    private static string Message(Random random, bool isBare)
    {
        var events = Enumerable.Range(0, random.Next(1, 5)).Select(_ => isBare ? Fields(random) : Event(random));
        var message = random.Next(2) == 0 ? $"[{string.Join(',', events)}]" : string.Join('\n', events);
        for (var spices = random.Next(4) == 0 ? random.Next(1, 4) : 0; spices > 0; spices--)
        {
            var at = random.Next(message.Length + 1);
            var cut = Math.Min(message.Length - at, random.Next(3));
            message = string.Concat(message.AsSpan(0, at), Spice[random.Next(Spice.Length)], message.AsSpan(at + cut));
        }

        return message.Length == 0 ? " " : message;
    }

    private static string Event(Random random)
    {
        if (random.Next(6) == 0)
        {
            return new EventMaker(random).Event();
        }

        var members = new List<string> { "\"project\":\"p\"", "\"metric\":\"m\"" };
        if (random.Next(3) == 0)
        {
            members.Add($"\"time\":{Scalar(random)}");
        }

        if (random.Next(3) == 0)
        {
            members.Add($"\"id\":{Scalar(random)}");
        }

        members.Insert(random.Next(8) == 0 ? random.Next(members.Count) : members.Count, $"\"fields\":{Fields(random)}");
        return "{" + string.Join(random.Next(3) == 0 ? ", " : ",", members) + "}";
    }

    private static string Fields(Random random)
    {
        var names = "abcdef"[..random.Next(7)].Select(name => random.Next(20) == 0 ? $"{name}{name}" : $"{name}");
        return "{" + string.Join(',', names.Select(name => $"\"{name}\":{(random.Next(4) == 0 ? " " : "")}{Scalar(random)}")) + "}";
    }

    private static string Scalar(Random random) => random.Next(12) switch
    {
        0 => "true",
        1 => "false",
        2 => random.Next(3) == 0 ? "null" : "0",
        3 => $"{random.Next(-5, 100)}",
        4 => $"{random.NextInt64()}",
        5 => $"{random.Next(1000)}.{random.Next(1000)}",
        6 => $"{random.NextInt64()}.{random.NextInt64()}",
        7 => "\"2026-11-20T10:00:00Z\"",
        8 => $"{1_795_168_800_123 + random.Next(1000)}",
        9 => random.Next(4) == 0 ? "[1,2]" : random.Next(3) == 0 ? "{\"x\":1}" : "-1",
        _ => $"\"text {random.Next(100)} {(random.Next(10) == 0 ? "é😀" : "")}\"",
    };

    private static LimitsOptions Limits(Random random) => random.Next(3) > 0 ? new LimitsOptions() : new LimitsOptions
    {
        StringBytesMax = random.Next(1, 30),
        FieldsPerEventMax = random.Next(1, 6),
        EventBytesMax = random.Next(128, 200),
        IdBytesMax = random.Next(1, 8),
    };
}

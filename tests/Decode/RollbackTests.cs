// Goal: an event that fails after some of its fields were taken leaves no trace: the batches are those of the good events alone.
using System.Text;
using System.Text.Json;
using Analytics.GrainInterfaces.Batches;
using Analytics.Grains.Configuration;
using Analytics.Silo.Ingest.Decode;
using Analytics.Silo.Log;
using Xunit;

namespace Analytics.Tests.Decode;

public sealed class RollbackTests
{
    // Each fails at its end, after values of every kind, of old fields and new ones.
    private static readonly string[] Failing =
    [
        """{"project":"p","metric":"m","id":"gone","fields":{"a":"text","b":[1,2],"c":1,"new1":"x","d":1e999}}""",
        """{"project":"p","metric":"m","fields":{"c":"other kind","a":1,"new2":{"x":[{}]},"a":2}}""",
        """{"project":"p","metric":"m","fields":{"b":["s","t"],"d":true,"a":"\ud800"}}""",
        """{"project":"p","metric":"m","fields":{"b":[1,2,1e999]}}""",
        """{"project":"p","metric":"m","fields":{"a":"x","b":[1,"\udc00"]}}""",
        """{"project":"p","metric":"m","fields":{"d":"2026-11-20T10:00:00Z","new3":1},"id":{}}""",
        """{"project":"p","metric":"m","fields":{"a":"x"},"time":"never"}""",
        """{"project":"p","metric":"m","fields":{"a":"x","c":7},"unknown":1}""",
        """{"project":"p","metric":"m","fields":{"a":"x","c":7}""",
        """{"project":"p","metric":"m","fields":{"a":"x","c":7""",
        """{"project":"p","metric":"fresh","fields":{"a":"x","c":7,}""",
        """{"fields":{"a":"x","c":7,"_offset":1},"project":"p","metric":"m"}""",
        """{"fields":{"z":1,"c":7,"b":1e999},"project":"p","metric":"m"}""",
    ];

    private static readonly string[] Good =
    [
        """{"project":"p","metric":"m","id":"i","fields":{"a":"one","b":[1],"c":1}}""",
        """{"project":"p","metric":"m","fields":{"c":2.5,"d":"2026-11-20T10:00:00Z"}}""",
        """{"project":"p","metric":"other","fields":{"a":true}}""",
        """{"project":"p","metric":"m","fields":{"new2_x":1,"a":"two"}}""",
    ];

    [Fact]
    public void Any_failing_event_among_good_ones_leaves_no_trace()
    {
        foreach (var failing in Failing)
        {
            for (var at = 0; at <= Good.Length; at++)
            {
                AssertNoTrace([.. Good[..at], failing, .. Good[at..]]);
                AssertNoTrace([.. Good[..at], failing, failing, .. Good[at..]]);
            }
        }
    }

    [Fact]
    public void Random_mixtures_leave_no_trace()
    {
        var random = new Random(4711);
        for (var round = 0; round < 300; round++)
        {
            AssertNoTrace([.. Enumerable.Range(0, random.Next(1, 40)).Select(_ =>
                random.Next(2) == 0 ? Good[random.Next(Good.Length)] : Failing[random.Next(Failing.Length)])]);
        }
    }

    [Fact]
    public void An_event_of_a_thousand_fields_that_fails_at_the_last_leaves_no_trace()
    {
        var fields = string.Concat(Enumerable.Range(0, 1000).Select(i => $"\"f{i}\":\"{i}\","));
        AssertNoTrace([Good[0], Decoding.Event(fields + "\"last\":1"), Good[1]]);
    }

    // Decodes the messages with one decoder, the good ones alone with another; each twice, since buffers and names stay from chunk to chunk.
    private static void AssertNoTrace(string[] messages)
    {
        var all = new ChunkDecoder(new LimitsOptions());
        var good = new ChunkDecoder(new LimitsOptions());
        for (var chunk = 0; chunk < 2; chunk++)
        {
            var deadLetters = 0;
            for (var offset = 0; offset < messages.Length; offset++)
            {
                Decode(all, offset, messages[offset]);
                if (Array.IndexOf(Good, messages[offset]) >= 0)
                {
                    Decode(good, offset, messages[offset]);
                }
                else
                {
                    deadLetters++;
                }
            }

            Assert.Equal(deadLetters, all.DeadLetterCount);
            Assert.Equal(good.RowCount, all.RowCount);
            Assert.Equal(Text(good), Text(all));
        }
    }

    private static void Decode(ChunkDecoder decoder, long offset, string message) =>
        decoder.Decode(new LogEntry(offset, new LogRecord(default, Encoding.UTF8.GetBytes(message), 1)));

    // Every array of every batch, but for the index in the chunk, which dead letters shift.
    private static string Text(ChunkDecoder decoder)
    {
        var preceding = new PrecedingOffsets(1, 0);
        var batches = decoder.Finish(0, 1, preceding).Where(batch => batch.Metric != DeadLetterFields.Metric);
        return string.Join('\n', batches.Select(batch => $"{batch.Origin with { ChunkIndex = 0 }} {JsonSerializer.Serialize(batch.Times)}"
            + JsonSerializer.Serialize((object?[])[
                batch.Key, batch.Received, batch.Offsets, batch.Sequences, batch.IdEnds, batch.IdHeap,
                .. batch.Fields.Select(field => new { field.Name, field.Kind, Kinds = field.Kinds?.Select(kind => (int)kind), field.Rows,
                    field.Bits, field.Heap })])));
    }
}

// Goal: in steady state an event costs no object: neither the decoder nor the validator allocates for good input.
using System.Text;
using Analytics.Grains.Configuration;
using Analytics.Silo.Ingest.Decode;
using Analytics.Silo.Log;
using Xunit;

namespace Analytics.Tests.Decode;

public sealed class DecoderAllocationTests
{
    private const int Events = 10_000;

    // A rare growth of a list is allowed; one object an event, 24 bytes at least, is not.
    private const long BytesMax = Events / 10;

    private static readonly byte[][] Messages =
    [
        """{"project":"shop","metric":"purchase","time":"2026-11-20T10:00:00.123Z","id":"abc","fields":{"amount":12.5,"user":"u1","ok":true,"n":5}}"""u8.ToArray(),
        """{"fields":{"a":{"b":"caf\u00e9"},"tags":["x","y"],"mix":[1,2.5],"when":"2026-11-20T10:00:00Z"},"metric":"vi\u0065w","project":"shop"}"""u8.ToArray(),
        """{"project":"shop","metric":"other","fields":{"j":[{"a":1}],"none":null,"big":123456789012345678.5}}"""u8.ToArray(),
    ];

    [Fact]
    public void Decoding_allocates_nothing_per_event()
    {
        var decoder = new ChunkDecoder(new LimitsOptions());
        var preceding = new PrecedingOffsets(1, 0);
        for (var warmUp = 0; warmUp < 2; warmUp++)
        {
            Decode(decoder);
            decoder.Finish(0, 1, preceding);
        }

        var before = GC.GetAllocatedBytesForCurrentThread();
        Decode(decoder);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, BytesMax);
        Assert.Equal(Events, decoder.RowCount);
    }

    [Fact]
    public void Judging_allocates_nothing_per_event()
    {
        var splitter = new EventSplitter(new LimitsOptions());
        var found = new List<SplitEvent>();
        var body = Encoding.UTF8.GetBytes("[" + string.Join(',', Enumerable.Range(0, Events)
            .Select(i => Encoding.UTF8.GetString(Messages[i % 3]))) + "]");
        splitter.Split(body, found);
        splitter.Split(body, found);
        var before = GC.GetAllocatedBytesForCurrentThread();
        splitter.Split(body, found);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, BytesMax);
        Assert.Equal(Events, found.Count);
        Assert.All(found, input => Assert.Null(input.Error));
    }

    private static void Decode(ChunkDecoder decoder)
    {
        for (var i = 0; i < Events; i++)
        {
            decoder.Decode(new LogEntry(i, new LogRecord(default, Messages[i % Messages.Length], 1)));
        }
    }
}

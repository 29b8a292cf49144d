// Goal: whatever the bytes, nothing throws, every input is accounted for, decoder and validator agree, and an independent reading of the
// rules comes to the same rows. FUZZ_SECONDS (default 3 for all tests here) lengthens it; a failure names its seed and its input.
using System.Buffers;
using System.Globalization;
using System.Text;
using Analytics.GrainInterfaces.Batches;
using Analytics.Grains.Configuration;
using Analytics.Silo.Ingest.Decode;
using Analytics.Silo.Log;
using Xunit;

namespace Analytics.Tests.Decode;

public sealed class FuzzTests
{
    private static readonly LimitsOptions Limits = new()
    {
        EventBytesMax = 600,
        NestingMax = 3,
        FieldsPerEventMax = 12,
        StringBytesMax = 40,
        ArrayElementsMax = 4,
        IdBytesMax = 20,
        MessageBytesMax = 1_000_000,
    };

    // The same inputs in every run of ./test; FUZZ_SEED explores others.
    private const string DefaultSeed = "20261121";

    private static readonly double Seconds =
        double.Parse(Environment.GetEnvironmentVariable("FUZZ_SECONDS") ?? "3", CultureInfo.InvariantCulture) / 4;

    private static readonly SearchValues<byte> Between = SearchValues.Create(" \t\r\n,[]"u8);

    private readonly ChunkDecoder _decoder = new(Limits);
    private readonly EventSplitter _splitter = new(Limits);
    private readonly PrecedingOffsets _preceding = new(1, 0);
    private readonly List<SplitEvent> _found = [];

    [Fact]
    public void Generated_messages_give_the_rows_the_rules_say() => Run(random =>
    {
        var maker = new EventMaker(random);
        var events = Enumerable.Range(0, random.Next(1, 8)).Select(_ => maker.Event()).ToArray();
        var (open, between, close) = random.Next(5) switch
        {
            0 => ("[", ",", "]"),
            1 => ("[\n", " ,\n", "\n]\n"),
            2 => ("\uFEFF", "\r\n", "\r\n"),
            3 => ("", " ", ""),
            _ => ("", "\n", "\n"),
        };
        return Encoding.UTF8.GetBytes(open + string.Join(between, events) + close);
    },
    (message, lines) =>
    {
        // Good and bad, every event is JSON: the splitter must find exactly those.
        Assert.All(_found, input => Assert.Equal((byte)'{', message[input.Start]));
        AssertOracle(message, lines);
    });

    [Fact]
    public void Mutated_messages_are_accounted_for() => Run(random =>
    {
        var maker = new EventMaker(random);
        var text = string.Join(random.Next(2) == 0 ? "\n" : ",", Enumerable.Range(0, random.Next(1, 6)).Select(_ => maker.Event()));
        return Mutate(random, Encoding.UTF8.GetBytes(random.Next(2) == 0 ? text : $"[{text}]"), random.Next(1, 6));
    },
    AssertOracle);

    [Fact]
    public void Good_lines_survive_whatever_is_between_them()
    {
        var good = Enumerable.Range(0, 4).Select(i => Decoding.Event($"\"good\":{i}")).ToArray();
        Run(random =>
        {
            var maker = new EventMaker(random);
            var inArray = random.Next(2) == 0;
            var message = new List<byte>(inArray ? "[\n"u8.ToArray() : []);
            foreach (var line in good)
            {
                var mutated = Mutate(random, Encoding.UTF8.GetBytes(maker.Event()), random.Next(1, 4));
                message.AddRange(mutated.Where(b => b != (byte)'\n'));
                message.AddRange(Encoding.UTF8.GetBytes((inArray ? ",\n" : "\n") + line + (inArray ? ",\n" : "\n")));
            }

            message.AddRange(inArray ? "{}]"u8.ToArray() : []);
            return [.. message];
        },
        (message, lines) =>
        {
            AssertOracle(message, lines);
            Assert.Equal(["p/m good=i0", "p/m good=i1", "p/m good=i2", "p/m good=i3"], lines.Where(line => line.StartsWith("p/m good=", StringComparison.Ordinal)));
        });
    }

    [Fact]
    public void Random_bytes_are_accounted_for() => Run(random =>
    {
        const string Likely = "{}[]\",:\\ \n\r0123456789.eE+-truefalsn\u0000ud8";
        var message = new byte[random.Next(200)];
        for (var i = 0; i < message.Length; i++)
        {
            message[i] = random.Next(8) == 0 ? (byte)random.Next(256) : (byte)Likely[random.Next(Likely.Length)];
        }

        return message;
    },
    AssertOracle);

    private void Run(Func<Random, byte[]> make, Action<byte[], string[]> check)
    {
        var seed = int.Parse(Environment.GetEnvironmentVariable("FUZZ_SEED") ?? DefaultSeed, CultureInfo.InvariantCulture);
        var end = TimeProvider.System.GetTimestamp() + (long)(Seconds * TimeProvider.System.TimestampFrequency);
        for (; TimeProvider.System.GetTimestamp() < end; seed++)
        {
            var message = make(new Random(seed));
            try
            {
                check(message, Decode(message));
            }
            catch (Exception exception)
            {
                Assert.Fail($"FUZZ_SEED={seed} input={Convert.ToBase64String(message)}\n{exception}");
            }
        }
    }

    /// <summary>Decodes and splits; the two must find the same inputs and say the same of each.</summary>
    private string[] Decode(byte[] message)
    {
        _decoder.Decode(new LogEntry(5, new LogRecord(default, message, Decoding.ReceivedMs)));
        var (rows, deadLetters) = (_decoder.RowCount, _decoder.DeadLetterCount);
        var batches = _decoder.Finish(0, 1, _preceding);
        Assert.Equal((rows, deadLetters), (batches.Sum(batch => IsDead(batch) ? 0 : batch.Count), batches.Sum(batch => IsDead(batch) ? batch.Count : 0)));
        Assert.All(batches, AssertWellFormed);

        var verdicts = batches
            .SelectMany(batch => Enumerable.Range(0, batch.Count).Select(row => (
                Index: batch.Sequences[row],
                Key: IsDead(batch) ? null : batch.Key,
                Code: IsDead(batch) ? Decoding.Text(batch, DeadLetterFields.Code, row) : null,
                Reason: IsDead(batch) ? Decoding.Text(batch, DeadLetterFields.Reason, row) : null)))
            .OrderBy(verdict => verdict.Index);
        if (!GzipMessage.IsGzip(message))
        {
            _splitter.Split(message, _found);
            Assert.Equal(verdicts, _found.Select((input, index) => (
                index,
                input.Error is null ? Encoding.UTF8.GetString(_splitter.KeyOf(input.MetricIndex)) : null,
                input.Error?.Code,
                input.Error?.Message)));
        }

        return Decoding.Lines(batches);
    }

    /// <summary>Each input on its own: the oracle says the same of it, and so does the decoder when it stands alone.</summary>
    private void AssertOracle(byte[] message, string[] lines)
    {
        if (GzipMessage.IsGzip(message))
        {
            return;
        }

        var inputs = _found.ToArray();
        for (var i = 0; i < inputs.Length; i++)
        {
            var raw = message.AsSpan(inputs[i].Start, inputs[i].Length).ToArray();
            var isRow = inputs[i].Error is null;
            Assert.Equal(isRow ? lines[i] : null, OracleDecoder.Line(raw, Limits));
            if (isRow)
            {
                Assert.Equal(lines[i], Assert.Single(Decode(raw)));
            }
        }

        AssertNothingBetween(message, inputs);
    }

    // What is in no input is white space, commas, and the brackets of arrays.
    private static void AssertNothingBetween(byte[] message, SplitEvent[] inputs)
    {
        var position = message.AsSpan().StartsWith("\uFEFF"u8) ? 3 : 0;
        foreach (var input in inputs)
        {
            // The bracket of an array that is not closed is told last.
            if (input.Start >= position)
            {
                Assert.False(message.AsSpan(position, input.Start - position).ContainsAnyExcept(Between));
                position = input.Start + input.Length;
            }
        }

        Assert.False(message.AsSpan(position).ContainsAnyExcept(Between));
    }

    private static void AssertWellFormed(EventBatch batch)
    {
        Assert.All([batch.Received.Length, batch.Offsets.Length, batch.Sequences.Length], length => Assert.Equal(batch.Count, length));
        Assert.Equal(batch.Sequences.Order().Distinct(), batch.Sequences);
        Assert.Equal(batch.IdHeap?.Length, batch.IdEnds?[^1]);
        foreach (var column in batch.Fields)
        {
            Assert.InRange(column.Count, 1, batch.Count);
            Assert.Equal(column.Count == batch.Count, column.Rows is null);
            Assert.Equal(column.Kind == FieldKind.Mixed, column.Kinds is not null);
            Assert.True(column.Rows is null || (column.Rows.Length == column.Count && column.Rows.SequenceEqual(column.Rows.Order().Distinct())));
            Assert.True(column.Kinds is null || (column.Kinds.Length == column.Count && column.Kinds.Distinct().Count() > 1));
            var heapBytes = Enumerable.Range(0, column.Count).Sum(i => column.KindAt(i) >= FieldKind.DateTime ? column.BytesAt(i).Length : 0);
            Assert.Equal(column.Heap.Length, heapBytes);
        }
    }

    private static bool IsDead(EventBatch batch) => batch.Project == DeadLetterFields.Project;

    private static byte[] Mutate(Random random, byte[] input, int times)
    {
        const string Likely = "{}[]\",:\\\n 01-.eEtfn\u0000";
        var bytes = new List<byte>(input);
        for (; times > 0 && bytes.Count > 0; times--)
        {
            var at = random.Next(bytes.Count);
            switch (random.Next(6))
            {
                case 0:
                    bytes[at] ^= (byte)(1 << random.Next(8));
                    break;
                case 1:
                    bytes.RemoveAt(at);
                    break;
                case 2:
                    bytes.Insert(at, (byte)Likely[random.Next(Likely.Length)]);
                    break;
                case 3:
                    bytes[at] = (byte)Likely[random.Next(Likely.Length)];
                    break;
                case 4:
                    bytes.RemoveRange(at, Math.Min(random.Next(20), bytes.Count - at));
                    break;
                default:
                    bytes.InsertRange(at, bytes.GetRange(at, Math.Min(random.Next(20), bytes.Count - at)));
                    break;
            }
        }

        return [.. bytes];
    }
}

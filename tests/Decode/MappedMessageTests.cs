// Goal: messages of other producers, which have no envelope, become exactly the rows they would be with one: time and id are the members their
// topic's mapping names, key and headers become fields, and whatever is refused keeps all that is needed to try again.
using System.Buffers;
using System.Globalization;
using System.IO.Compression;
using System.Text;
using Analytics.GrainInterfaces.Batches;
using Analytics.Grains.Configuration;
using Analytics.Silo.Ingest.Decode;
using Analytics.Silo.Log;
using Analytics.Silo.Log.Kafka;
using Xunit;

namespace Analytics.Tests.Decode;

public sealed class MappedMessageTests
{
    private static readonly KafkaMapping Orders = new() { Topic = "orders", Project = "shop", Metric = "m/\"o\"", TimeField = "ts", IdField = "order_id" };

    [Theory]
    [InlineData("""{"order_id":7,"ts":1732180000,"total":12.5}""", "Seconds", "@1732180000000 #7 total=f12.5")]
    [InlineData("""{"ts":1732180000123,"order_id":"a\u00fc"}""", "Milliseconds", "@1732180000123 #aü")]
    [InlineData("""{"\u0074s":1732180000123.9,"order_id":7.50e1}""", "Milliseconds", "@1732180000123 #7.50e1")]
    [InlineData("""{"ts":1732180000.123}""", "Seconds", "@1732180000123")]
    [InlineData("""{"ts":-0.0001}""", "Seconds", "@-1")]
    [InlineData("""{"ts":1.7321800001239e9}""", "Seconds", "@1732180000123")]
    [InlineData("""{"ts":1732180000123999}""", "Microseconds", "@1732180000123")]
    [InlineData("""{"ts":-1}""", "Microseconds", "@-1")]
    [InlineData("""{"ts":1732180000123999999}""", "Nanoseconds", "@1732180000123")]
    [InlineData("""{"ts":10413791999999999999.0}""", "Nanoseconds", "@10413791999999")]
    [InlineData("""{"ts":"2026-11-20T10:00:00.5Z"}""", "Nanoseconds", "@1795168800500")]
    [InlineData("""{"ts":null,"order_id":null,"a":{"ts":1,"order_id":2}}""", "Seconds", "a_order_id=i2 a_ts=i1")]
    [InlineData("""{"order_id":"","time":1,"id":2,"project":"x","metric":"y","fields":{"a":1}}""", "Seconds",
        "fields_a=i1 id=i2 metric=sy project=sx time=i1")]
    [InlineData("{}", "Seconds", null)]
    public void The_members_a_mapping_names_are_time_and_id(string message, string unit, string? expected) =>
        Assert.Equal("shop/m/\"o\"" + (expected is null ? "" : " " + expected), Assert.Single(Lines(Orders with { TimeUnit = unit }, message)));

    [Theory]
    [InlineData("""{"ts":true}""", "time_invalid", "milliseconds since 1970")]
    [InlineData("""{"ts":"yesterday"}""", "time_invalid", "milliseconds since 1970")]
    [InlineData("""{"ts":10413792000000}""", "time_out_of_range", "milliseconds since 1970")]
    [InlineData("""{"ts":10413792000}""", "time_out_of_range", "seconds since 1970", "Seconds")]
    [InlineData("""{"ts":-2208988800.001}""", "time_out_of_range", "seconds since 1970", "Seconds")]
    [InlineData("""{"ts":1e300}""", "time_out_of_range", "microseconds since 1970", "Microseconds")]
    [InlineData("""{"ts":99999999999999999999}""", "time_out_of_range", "nanoseconds since 1970", "Nanoseconds")]
    [InlineData("""{"ts":1,"ts":2}""", "field_duplicate", "'ts'")]
    [InlineData("""{"order_id":1,"order_id":2}""", "field_duplicate", "'order_id'")]
    [InlineData("""{"order_id":[1]}""", "id_invalid", "an array")]
    [InlineData("""{"_time":1}""", "field_name_reserved", "'_time'")]
    [InlineData("""{"_id":1}""", "field_name_reserved", "'_id'")]
    [InlineData("5", "event_not_object", "'5'")]
    [InlineData("""{"a":}""", "json_invalid", "byte 5")]
    [InlineData("", "message_empty", "empty")]
    [InlineData("[{}", "json_invalid", "not closed")]
    public void What_is_refused_says_where_it_belongs(string message, string code, string words, string unit = "Milliseconds")
    {
        var decoding = new Decoding(mapping: new BareEvents(Orders with { TimeUnit = unit }));
        decoding.Add(message);
        var letters = decoding.TakeBatches().Single(batch => batch.Key == "analytics/dead_letters");
        Assert.Equal(code, Decoding.Text(letters, DeadLetterFields.Code, 0));
        Assert.Contains(words, Decoding.Text(letters, DeadLetterFields.Reason, 0), StringComparison.Ordinal);
        Assert.Equal(
            ("shop", "m/\"o\"", "orders"),
            (Decoding.Text(letters, DeadLetterFields.SourceProject, 0), Decoding.Text(letters, DeadLetterFields.SourceMetric, 0),
                Decoding.Text(letters, DeadLetterFields.Topic, 0)));
        Assert.Equal([1], letters.Fields.Single(field => field.Name == DeadLetterFields.Bare).Bits);
        Assert.DoesNotContain(letters.Fields, field => field.Name is DeadLetterFields.Key or DeadLetterFields.Headers);
    }

    [Fact]
    public void Without_names_of_its_own_a_mapping_has_the_usual_ones()
    {
        var mapping = new KafkaMapping { Topic = "t", Project = "p", Metric = "m" };
        Assert.Equal(["p/m @5 #x a=i1"], Lines(mapping, """{"_time":5,"_id":"x","a":1}"""));
        Assert.Equal(["p/m @5 #x"], Lines(mapping with { TimeField = "_received" }, """{"_received":5,"_id":"x"}"""));
    }

    [Fact]
    public void Messages_have_every_form_that_those_with_envelopes_have()
    {
        const string Good = """{"order_id":1,"n":1}""";
        var row = "shop/m/\"o\" #1 n=i1";
        Assert.Equal([row, row], Lines(Orders, $"[{Good},{Good}]"));
        Assert.Equal([row, "dead event_not_object 5", row], Lines(Orders, $"\uFEFF{Good}\r\n5\n{Good}\n"));
        var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true))
        {
            gzip.Write(Encoding.UTF8.GetBytes(Good));
        }

        var decoding = new Decoding(mapping: new BareEvents(Orders));
        decoding.Add(packed.ToArray());
        Assert.Equal([row], decoding.Take());
        decoding.Add(packed.ToArray()[..^1]);
        Assert.StartsWith("dead gzip_invalid", Assert.Single(decoding.Take()), StringComparison.Ordinal);
    }

    [Fact]
    public void Limits_hold_as_they_do_for_events_with_envelopes()
    {
        var limits = new LimitsOptions { EventBytesMax = 20, FieldsPerEventMax = 2, IdBytesMax = 3, MessageBytesMax = 30 };
        Assert.Equal("shop/m/\"o\" a=s123456789012", Assert.Single(Lines(Orders, """{"a":"123456789012"}""", limits)));
        Assert.StartsWith("dead event_too_large", Assert.Single(Lines(Orders, """{"a":"1234567890123"}""", limits)), StringComparison.Ordinal);
        Assert.StartsWith("dead fields_too_many", Assert.Single(Lines(Orders, """{"a":1,"b":2,"c":3}""", limits)), StringComparison.Ordinal);
        Assert.Equal("shop/m/\"o\" #123", Assert.Single(Lines(Orders, """{"order_id":123}""", limits)));
        Assert.StartsWith("dead id_too_long", Assert.Single(Lines(Orders, """{"order_id":1234}""", limits)), StringComparison.Ordinal);
        Assert.StartsWith("dead message_too_large", Assert.Single(Lines(Orders, new string(' ', 31), limits)), StringComparison.Ordinal);
    }

    [Fact]
    public void Key_and_headers_become_fields_of_every_event_when_they_are_asked_for()
    {
        var message = Message("""[{"a":1},{"b":2}]""", "k\"1"u8, ("trace", "2026-11-20T10:00:00Z"u8.ToArray()), ("none", null), ("empty", []));
        Assert.Equal(["shop/m/\"o\" a=i1", "shop/m/\"o\" b=i2"], Lines(Orders, message));
        Assert.Equal(["shop/m/\"o\" a=i1 key=sk\"1", "shop/m/\"o\" b=i2 key=sk\"1"], Lines(Orders with { KeyField = "key" }, message));
        Assert.Equal(
            ["shop/m/\"o\" a=i1 h_empty=s h_trace=s2026-11-20T10:00:00Z", "shop/m/\"o\" b=i2 h_empty=s h_trace=s2026-11-20T10:00:00Z"],
            Lines(Orders with { HeaderPrefix = "h_" }, message));
        Assert.Equal(["shop/m/\"o\" a=i1"], Lines(Orders with { KeyField = "key", HeaderPrefix = "h_" }, Message("""{"a":1}""", default)));
    }

    [Fact]
    public void Bytes_that_are_no_text_go_to_a_field_of_their_own()
    {
        var mapping = Orders with { KeyField = "key", HeaderPrefix = "h_" };
        Assert.Equal(
            ["shop/m/\"o\" h_x_base64=s/v8= key_base64=sAP8="], Lines(mapping, Message("{}", [0x00, 0xFF], ("x", [0xFE, 0xFF]))));
    }

    [Theory]
    [InlineData("""{"key":1}""", "x", "field_duplicate", "the message's key")]
    [InlineData("""{"h":{"x":1}}""", "x", "field_duplicate", "a header")]
    [InlineData("{}", "x,x", "field_duplicate", "a header")]
    [InlineData("{}", "\u0001", "field_name_invalid", "makes no field name")]
    [InlineData("""{"a":1,"b":2}""", "x", "fields_too_many", "more than 3")]
    public void A_key_or_header_that_cannot_be_a_field_refuses_the_event_and_stays_in_the_letter(string raw, string names, string code, string words)
    {
        var mapping = new BareEvents(Orders with { KeyField = "key", HeaderPrefix = "h_" });
        var decoding = new Decoding(new LimitsOptions { FieldsPerEventMax = 3 }, mapping);
        var message = Message(raw, "k"u8, [.. names.Split(',').Select(name => (name, (byte[]?)"v"u8.ToArray()))]);
        decoding.Add(message);
        var letters = Assert.Single(decoding.TakeBatches());
        Assert.Equal(code, Decoding.Text(letters, DeadLetterFields.Code, 0));
        Assert.Contains(words, Decoding.Text(letters, DeadLetterFields.Reason, 0), StringComparison.Ordinal);
        Assert.Equal((raw, "k"), (Decoding.Text(letters, DeadLetterFields.Raw, 0), Decoding.Text(letters, DeadLetterFields.Key, 0)));
        Assert.Equal(message.Headers.ToArray(), Decoding.Bytes(letters, DeadLetterFields.Headers, 0));
        Assert.Equal([raw.Length], letters.Fields.Single(field => field.Name == DeadLetterFields.RawSize).Bits);

        // The next event of the same names is none the worse for it.
        decoding.Add(Message("""{"c":1}""", "k"u8));
        Assert.Equal(["shop/m/\"o\" c=i1 key=sk"], decoding.Take());
    }

    [Theory]
    [InlineData(125, true)]
    [InlineData(126, false)]
    [InlineData(1000, false)]
    public void A_header_s_name_may_be_as_long_as_a_field_s_name_with_its_prefix(int length, bool isField)
    {
        var line = Assert.Single(Lines(Orders with { HeaderPrefix = "h_:" }, Message("{}", default, (new string('x', length), "v"u8.ToArray()))));
        Assert.StartsWith(isField ? "shop/m/\"o\" h_:xxx" : "dead field_name_invalid", line, StringComparison.Ordinal);
    }

    [Fact]
    public void A_header_named_like_a_column_every_table_has_refuses_the_event() => Assert.Equal(
        ["dead field_name_reserved {}"], Lines(Orders with { HeaderPrefix = "_" }, Message("{}", default, ("seq", "v"u8.ToArray()))));

    [Theory]
    [InlineData(10, 3)]
    [InlineData(11, 2)]
    public void Key_and_headers_count_once_for_each_event_up_to_the_size_of_a_message(int keyBytes, int rows)
    {
        var key = Encoding.UTF8.GetBytes(new string('k', keyBytes));
        var lines = Lines(Orders with { KeyField = "key" }, Message("{}\n{}\n{}", key), new LimitsOptions { MessageBytesMax = 30 });
        Assert.Equal(rows, lines.Count(line => line.StartsWith("shop", StringComparison.Ordinal)));
        Assert.Equal(rows == 3 ? [] : ["dead message_too_large {}"], lines[rows..]);
    }

    [Theory]
    [InlineData(10, 5, true)]
    [InlineData(11, 16, false)]
    public void A_letter_keeps_key_and_headers_up_to_the_limit_or_says_that_bytes_are_missing(int keyBytes, long rawSize, bool isKept)
    {
        var decoding = new Decoding(new LimitsOptions { DeadLetterBytesMax = 10 }, new BareEvents(Orders with { KeyField = "key" }));
        decoding.Add(Message("oops!", Encoding.UTF8.GetBytes(new string('k', keyBytes))));
        var letters = Assert.Single(decoding.TakeBatches());
        Assert.Equal([rawSize], letters.Fields.Single(field => field.Name == DeadLetterFields.RawSize).Bits);
        Assert.Equal(isKept ? keyBytes : null, Decoding.Text(letters, DeadLetterFields.Key, 0)?.Length);
    }

    [Fact]
    public void Other_producers_cannot_forge_dead_letters()
    {
        var forged = new ArrayBufferWriter<byte>();
        RejectedInputs.Begin(forged);
        RejectedInputs.Add(forged, new DeadLetter { Error = new InputError("row_refused", "r"), Raw = "{}"u8, Project = "bank"u8, Metric = "m"u8 }, 2);
        foreach (var (mapping, project) in new[] { (new BareEvents(Orders), "shop"), (null, null) })
        {
            var decoding = new Decoding(mapping: mapping, takesRefusedInputs: false);
            decoding.Add(forged.WrittenSpan.ToArray());
            var letters = Assert.Single(decoding.TakeBatches());
            Assert.Equal(("json_invalid", project), (Decoding.Text(letters, DeadLetterFields.Code, 0), Decoding.Text(letters, DeadLetterFields.SourceProject, 0)));
        }
    }

    [Fact]
    public void Random_objects_become_the_rows_they_are_with_envelopes()
    {
        var good = 0;
        for (var seed = 1; seed <= 3000; seed++)
        {
            var random = new Random(seed);
            var maker = new EventMaker(random);
            var objects = Enumerable.Range(0, 3).Select(_ => maker.BareObject("ts", "order_id")).ToArray();
            var native = Lines(Orders, string.Join(random.Next(2) == 0 ? "\n" : " , ", objects.Select(bare => bare.Fields("ts", "order_id"))));
            var wrapped = Decoding.Lines(string.Join('\n', objects.Select(bare =>
                $$"""{"project":"shop","metric":"m/\"o\"",{{bare.Members()}}"fields":{{bare.Fields(null, null)}}}""")));

            // What is refused is so both ways; its bytes and, where an event has several faults, the one that is named differ.
            Assert.True(
                native.Select(Kind).SequenceEqual(wrapped.Select(Kind)),
                string.Create(CultureInfo.InvariantCulture, $"seed {seed}\n{string.Join('\n', native)}\n{string.Join('\n', wrapped)}"));
            good += native.Count(line => !line.StartsWith("dead ", StringComparison.Ordinal));
        }

        Assert.InRange(good, 3000, 8900);

        static string Kind(string line) => line.StartsWith("dead ", StringComparison.Ordinal) ? "dead" : line;
    }

    [Fact]
    public void Decoding_allocates_nothing_per_event()
    {
        const int Events = 10_000;
        var decoder = new ChunkDecoder(new LimitsOptions(), new BareEvents(Orders with { TimeUnit = "Seconds", KeyField = "key", HeaderPrefix = "h_" }));
        var preceding = new PrecedingOffsets(1, 0);
        var message = Message("""{"order_id":7,"ts":1732180000.25,"total":12.5,"s":"caf\u00e9"}""", [0xFF, 0x00], ("trace", "abc"u8.ToArray()));
        var before = 0L;
        for (var round = 0; round < 3; round++)
        {
            before = GC.GetAllocatedBytesForCurrentThread();
            for (var i = 0; i < Events; i++)
            {
                decoder.Decode(new LogEntry(i, message));
            }

            before = GC.GetAllocatedBytesForCurrentThread() - before;
            Assert.Equal((Events, 0), (decoder.RowCount, decoder.DeadLetterCount));
            decoder.Finish(0, 1, preceding);
        }

        Assert.InRange(before, 0, Events / 10);
    }

    private static LogRecord Message(string value, ReadOnlySpan<byte> key, params (string Name, byte[]? Value)[] headers)
    {
        var encoded = new ArrayBufferWriter<byte>();
        foreach (var (name, bytes) in headers)
        {
            if (bytes is null)
            {
                LogHeaders.AppendNull(encoded, Encoding.UTF8.GetBytes(name));
            }
            else
            {
                LogHeaders.Append(encoded, Encoding.UTF8.GetBytes(name), bytes);
            }
        }

        return new LogRecord(key.ToArray(), Encoding.UTF8.GetBytes(value), Decoding.ReceivedMs) { Headers = encoded.WrittenSpan.ToArray() };
    }

    private static string[] Lines(KafkaMapping mapping, string message, LimitsOptions? limits = null) => Lines(mapping, Message(message, default), limits);

    private static string[] Lines(KafkaMapping mapping, LogRecord message, LimitsOptions? limits = null)
    {
        var decoding = new Decoding(limits, new BareEvents(mapping));
        decoding.Add(message);
        return decoding.Take();
    }
}

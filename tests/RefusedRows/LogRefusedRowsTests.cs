// Goal: a row that its table refuses becomes one dead letter with all of its bytes, in the partition it came from, and a repeat of it is dropped.
using System.Text;
using Analytics.GrainInterfaces.Batches;
using Analytics.Grains.Configuration;
using Analytics.Grains.Metrics;
using Analytics.Silo.Ingest.RefusedRows;
using Analytics.Silo.Log;
using Analytics.Tests.Decode;
using Analytics.Tests.Http;
using Xunit;

namespace Analytics.Tests.RefusedRows;

public sealed class LogRefusedRowsTests : IAsyncDisposable
{
    private static readonly LimitsOptions Limits = new() { RecordBytesMax = 1024, DeadLetterBytesMax = 10 };

    private readonly EventLogDouble _log = new();

    [Fact]
    public async Task Rows_become_dead_letters_in_the_partition_they_came_from()
    {
        var time = new ManualTime();
        await Rows(time).AppendAsync(
            [Row(2, 17, 3, "{\"a\":1}"), Row(0, 5, 0, "{\"project\":\"shop\",\"longer\":\"than ten bytes\"}"), Row(2, 18, 0, "{\"b\":1}")], CancellationToken.None);
        var records = _log.Records.OrderBy(record => record.Partition).ToArray();
        Assert.Equal([0, 2], records.Select(record => record.Partition));
        Assert.All(records, record => Assert.Equal("analytics/dead_letters", Encoding.UTF8.GetString(record.Key)));

        var letters = Decode(records[1].Value);
        Assert.Equal(2, letters.Count);
        Assert.Equal("row_refused", Decoding.Text(letters, DeadLetterFields.Code, 0));
        Assert.Equal("Too odd.", Decoding.Text(letters, DeadLetterFields.Reason, 0));
        Assert.Equal("shop", Decoding.Text(letters, DeadLetterFields.SourceProject, 0));
        Assert.Equal("a/b", Decoding.Text(letters, DeadLetterFields.SourceMetric, 0));
        Assert.Equal("{\"b\":1}", Decoding.Text(letters, DeadLetterFields.Raw, 1));
        Assert.Equal([0, 0], letters.Fields.Single(field => field.Name == DeadLetterFields.Bare).Bits);
        Assert.Equal(["refused:shop/a/b:2:17:3", "refused:shop/a/b:2:18:0"], Ids(letters));

        // It was accepted, so no byte of it may go, whatever refused inputs keep.
        var whole = Decode(records[0].Value);
        Assert.Equal("{\"project\":\"shop\",\"longer\":\"than ten bytes\"}", Decoding.Text(whole, DeadLetterFields.Raw, 0));
        Assert.Equal([44], whole.Fields.Single(field => field.Name == DeadLetterFields.RawSize).Bits);
    }

    [Fact]
    public async Task A_repeat_is_dropped_by_its_id()
    {
        RefusedRow[] rows = [Row(2, 17, 3, "{}"), Row(2, 17, 4, "{}")];
        await Rows().AppendAsync(rows, CancellationToken.None);
        await Rows().AppendAsync(rows, CancellationToken.None);
        var decoding = new Decoding(Limits);
        foreach (var record in _log.Records)
        {
            decoding.Add(record.Value);
        }

        var kept = new RowFilter(new IdWindow(10, TimeSpan.FromHours(1))).Keep(Assert.Single(decoding.TakeBatches()), -1, out var duplicates);
        Assert.Equal((2, 2), (kept.Count, duplicates));
    }

    [Fact]
    public void An_id_of_more_than_128_bytes_is_a_digest()
    {
        // refused:shop/ and :1:20:3 are 20 bytes.
        var row = Row(1, 20, 3, "{}");
        var longest = LogRefusedRows.IdOf(row with { Metric = new string('m', 108) });
        Assert.Equal($"refused:shop/{new string('m', 108)}:1:20:3", longest);
        Assert.Equal(128, longest.Length);
        foreach (var metric in new[] { new string('m', 109), new string('ü', 55), new string('m', 128) })
        {
            var id = LogRefusedRows.IdOf(row with { Metric = metric });
            Assert.Matches("^refused:[0-9a-f]{32}$", id);
            Assert.NotEqual(id, LogRefusedRows.IdOf(row with { Metric = metric, Offset = 21 }));
            Assert.Equal(id, LogRefusedRows.IdOf(row with { Metric = metric, Reason = "Other words." }));
        }
    }

    [Fact]
    public async Task Records_end_between_rows_at_their_limit_and_a_larger_row_has_its_own()
    {
        await Rows().AppendAsync(
            [.. Enumerable.Range(0, 20).Select(i => Row(1, i, 0, new string('x', 100))), Row(1, 20, 0, new string('y', 5000)), Row(1, 21, 0, "z")],
            CancellationToken.None);
        Assert.Equal(22, _log.Records.Sum(record => Decode(record.Value).Count));
        Assert.Single(_log.Records, record => record.Value.Length > 1024);
        Assert.InRange(_log.Records.Count, 5, 8);
        Assert.Equal(22, _log.Records.SelectMany(record => Ids(Decode(record.Value))).Distinct().Count());
    }

    [Fact]
    public async Task A_row_larger_than_a_message_may_be_is_still_read_whole()
    {
        var limits = Limits with { MessageBytesMax = 1024 };
        await new LogRefusedRows(_log, limits, TimeProvider.System)
            .AppendAsync([Row(0, 1, 0, new string('x', 3000))], CancellationToken.None);
        var decoding = new Decoding(limits);
        decoding.Add(Assert.Single(_log.Records).Value);
        Assert.Equal("row_refused", Decoding.Text(Assert.Single(decoding.TakeBatches()), DeadLetterFields.Code, 0));
    }

    [Fact]
    public async Task A_long_reason_is_cut()
    {
        foreach (var (length, kept) in new[] { (2048, 2048), (2049, 2049), (100_000, 2049) })
        {
            _log.Records.Clear();
            await Rows().AppendAsync([Row(0, 1, 0, "{}") with { Reason = new string('r', length) }], CancellationToken.None);
            Assert.Equal(kept, Decoding.Text(Decode(Assert.Single(_log.Records).Value), DeadLetterFields.Reason, 0)!.Length);
        }
    }

    [Fact]
    public async Task Rows_that_the_log_finds_too_large_are_cut_each_for_itself()
    {
        var attempts = new List<int>();
        _log.Fault = record =>
        {
            attempts.Add(record.Value.Length);
            return record.Value.Length > 700 ? new EventLogRecordTooLargeException("too large") : null;
        };
        await Rows().AppendAsync([Row(1, 1, 0, new string('x', 5000)), Row(1, 2, 0, "{}")], CancellationToken.None);
        Assert.InRange(attempts[0], 5000, int.MaxValue);
        var letters = _log.Records.Select(record => Decode(record.Value)).OrderBy(letter => Ids(letter).Single(), StringComparer.Ordinal).ToArray();
        Assert.Equal([new string('x', Limits.DeadLetterBytesMax), "{}"], letters.Select(letter => Decoding.Text(letter, DeadLetterFields.Raw, 0)));
        Assert.Equal([5000], letters[0].Fields.Single(field => field.Name == DeadLetterFields.RawSize).Bits);
        Assert.Equal(["refused:shop/a/b:1:1:0"], Ids(letters[0]));

        // What is too large even so is told of, as any other failure.
        _log.Fault = _ => new EventLogRecordTooLargeException("too large");
        await Assert.ThrowsAsync<IOException>(() => Rows().AppendAsync([Row(1, 3, 0, "{}")], CancellationToken.None));
    }

    [Fact]
    public async Task A_log_that_takes_nothing_is_an_IO_failure()
    {
        foreach (var fault in new Exception[] { new EventLogFullException("full"), new EventLogException("broken"), new ObjectDisposedException("log") })
        {
            _log.Fault = _ => fault;
            var failure = await Assert.ThrowsAsync<IOException>(() => Rows().AppendAsync([Row(0, 1, 0, "{}")], CancellationToken.None));
            Assert.Same(fault, failure.InnerException);
        }

        _log.Fault = _ => null;
        await Rows().AppendAsync([], CancellationToken.None);
        await Assert.ThrowsAsync<OperationCanceledException>(() => Rows().AppendAsync([Row(0, 1, 0, "{}")], new CancellationToken(canceled: true)));
        Assert.Empty(_log.Records);
    }

    public ValueTask DisposeAsync() => _log.DisposeAsync();

    private LogRefusedRows Rows(TimeProvider? time = null) => new(_log, Limits, time ?? TimeProvider.System);

    private static RefusedRow Row(int partition, long offset, int sequence, string raw) =>
        new("shop", "a/b", partition, offset, sequence, "Too odd.", Encoding.UTF8.GetBytes(raw));

    private static EventBatch Decode(byte[] message)
    {
        var decoding = new Decoding(Limits);
        decoding.Add(message);
        return Assert.Single(decoding.TakeBatches());
    }

    private static IEnumerable<string> Ids(EventBatch letters) =>
        Enumerable.Range(0, letters.Count).Select(row => Encoding.UTF8.GetString(letters.IdAt(row)));
}

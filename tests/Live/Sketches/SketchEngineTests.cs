// Goal: every hash, rank, register, counter and bucket is the one that ClickHouse computes by our SQL, for values of all kinds and edges.
using System.Globalization;
using Analytics.Grains.ClickHouse;
using Analytics.Grains.Columns;
using Analytics.Grains.Live.Rebuild;
using Analytics.Grains.Live.Sketches;
using Analytics.Tests.ClickHouse;
using Xunit;

namespace Analytics.Tests.Live.Sketches;

public sealed class SketchEngineTests(EngineFixture engine)
{
    [Fact]
    public async Task Texts_of_every_length_have_the_same_hash()
    {
        var random = new Random(3);
        var texts = Enumerable.Range(0, 140).Select(length =>
        {
            var bytes = new byte[length];
            random.NextBytes(bytes);
            return bytes;
        }).ToArray();
        var rows = await ReadAsync(
            $"SELECT toString({SketchSql.Hash("v", ColumnType.String)}) FROM (SELECT unhex(arrayJoin([{string.Join(",", texts.Select(text => $"'{Convert.ToHexString(text)}'"))}])) AS v)");
        Assert.Equal(texts.Select(text => ValueHash.Of(text).ToString(CultureInfo.InvariantCulture)), rows.Select(row => row[0]));
    }

    [Fact]
    public async Task Integers_and_the_doubles_that_they_are_have_one_hash()
    {
        long[] integers = [0, 1, -1, 42, 1L << 53, -(1L << 53), (1L << 53) + 1, -(1L << 53) - 1, long.MaxValue, long.MinValue, 1_800_000_000_000];
        var rows = await ReadAsync($"SELECT toString({SketchSql.Hash("v", ColumnType.Int64)}) FROM (SELECT arrayJoin([{Join(integers)}]::Array(Int64)) AS v)");
        Assert.Equal(integers.Select(value => Text(ValueHash.Of(value))), rows.Select(row => row[0]));
        Assert.All(integers.Where(value => Int128.Abs(value) <= 1L << 53), value => Assert.Equal(ValueHash.Of(value), ValueHash.Of((double)value)));
        Assert.NotEqual(ValueHash.Of((1L << 53) + 1), ValueHash.Of(1L << 53));
    }

    [Fact]
    public async Task Doubles_have_the_same_key_hash_and_bucket()
    {
        double[] doubles = [0, -0.0, 1, -1, 0.1, -0.1, 1e-300, 1e300, double.MaxValue, double.MinValue, double.Epsilon, 123.456, 2.2250738585072014E-308];
        var rows = await ReadAsync(
            $"SELECT toString({SketchSql.Key("v", ColumnType.Float64)} AS k), toString({SketchSql.Hash("k", ColumnType.Float64)}), toString({SketchSql.Bucket("v")}) " +
            $"FROM (SELECT arrayJoin([{string.Join(",", doubles.Select(value => $"reinterpretAsFloat64({Text((ulong)BitConverter.DoubleToInt64Bits(value))}::UInt64)"))}]) AS v)");
        Assert.Equal(
            doubles.Select(value => (Text(NumberTally.KeyOf(value)), Text(ValueHash.Of(value)), Text(QuantileSketch.BucketOf(value)))),
            rows.Select(row => (row[0]!, row[1]!, row[2]!)));
    }

    [Fact]
    public async Task Hashes_give_the_same_registers_and_counters()
    {
        var random = new Random(5);
        ulong[] hashes = [0, 1, ulong.MaxValue, 0xFFF, 0x1000, 1UL << 63, .. Enumerable.Range(0, 200).Select(_ => (ulong)random.NextInt64(long.MinValue, long.MaxValue))];
        var rows = await ReadAsync(
            $"SELECT toString({SketchSql.Register("h")}), toString({SketchSql.RegisterRank("h")}), arrayStringConcat(arrayMap(c -> toString(c), {SketchSql.Counters("h")}), ',') " +
            $"FROM (SELECT arrayJoin([{string.Join(",", hashes.Select(hash => $"{Text(hash)}::UInt64"))}]) AS h)");
        foreach (var (hash, row) in hashes.Zip(rows))
        {
            var uniques = new UniqueSketch();
            uniques.Add(hash);
            var register = uniques.Registers.IndexOfAnyExcept((byte)0);
            Assert.Equal((Text(register), Text(uniques.Registers[register])), (row[0]!, row[1]!));
            var frequencies = new FrequencySketch();
            frequencies.Add(hash, 1);
            Assert.Equal(string.Join(',', Enumerable.Range(0, frequencies.Counters.Length).Where(i => Counter(frequencies, i) > 0)), row[2]);
        }

        static long Counter(FrequencySketch sketch, int index) => sketch.Counters[index];
    }

    [Fact]
    public async Task Positions_have_the_same_ranks()
    {
        long[] offsets = [0, 1, 4_000_000_000, (1L << 43) - 1];
        int[] sequences = [0, 7, 1_000_000, 99];
        foreach (var partition in new[] { 0, 1, 3, int.MaxValue })
        {
            var ranks = new RowRanks(offsets, sequences, partition);
            var rows = await ReadAsync(
                $"SELECT toString({SketchSql.Rank}) FROM (SELECT tupleElement(p, 1) AS _offset, tupleElement(p, 2) AS _seq, toUInt32({partition}) AS _partition FROM " +
                $"(SELECT arrayJoin([{string.Join(",", offsets.Zip(sequences, (offset, sequence) => $"(toUInt64({offset}), toUInt32({sequence}))"))}]) AS p))");
            Assert.Equal(Enumerable.Range(0, offsets.Length).Select(row => Text(ranks.Of(row))), rows.Select(row => row[0]));
        }
    }

    private async Task<List<string?[]>> ReadAsync(string sql) => await (await engine.OpenAsync()).ReadRowsAsync(sql);

    private static string Join(long[] values) => string.Join(",", values.Select(value => $"toInt64('{Text(value)}')"));

    private static string Text<T>(T value)
        where T : IFormattable => value.ToString(null, CultureInfo.InvariantCulture);
}

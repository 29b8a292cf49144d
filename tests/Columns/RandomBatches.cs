namespace Analytics.Tests.Columns;

/// <summary>Batches with values of every kind, usual and unusual ones, in fields that all, some or few rows have.</summary>
internal static class RandomBatches
{
    internal static readonly TestValue[] Values =
    [
        TestValue.Bool(true), TestValue.Bool(false), TestValue.Int(0), TestValue.Int(-1), TestValue.Int(long.MinValue), TestValue.Int(long.MaxValue),
        TestValue.Int(1L << 53), TestValue.Int((1L << 53) + 1), TestValue.Float(0.1), TestValue.Float(-0.0), TestValue.Float(5e-324), TestValue.Float(1e308),
        TestValue.Time("2026-11-20T10:00:00.123Z"), TestValue.Time("1900-01-01 00:00Z"), TestValue.Time("2299-12-31T23:59:59.999Z"), TestValue.Time("2300-01-01T00:00Z"),
        TestValue.Time("1899-12-31T23:59:59Z"), TestValue.Text(string.Empty), TestValue.Text("it's `x` \\ \"y\"\n\t\0"), TestValue.Text("ключ 🎈"), TestValue.Text([0xFF, 0x00, 0xC3]),
        TestValue.Text(new string('z', 20_000)), TestValue.Json("[{\"a\":1},2]"), TestValue.Bools(true, null, false), TestValue.Ints(), TestValue.Ints(null, 1, long.MaxValue),
        TestValue.Ints(1, 2, 3), TestValue.Floats(0.5, null, -0.0), TestValue.Texts("a", null, string.Empty, "\"\\\u0001é"), TestValue.NoElements(), TestValue.NoElements(3),
    ];

    /// <summary>1-59 rows.</summary>
    public static TestBatch Next(Random random, string[] names, int partition)
    {
        var batch = new TestBatch(partition);
        var isUniform = names.ToDictionary(name => name, _ => random.Next(2) == 0 ? Values[random.Next(Values.Length)] : null);
        var isPresent = names.ToDictionary(name => name, _ => random.Next(4));
        for (var row = random.Next(1, 60); row > 0; row--)
        {
            var fields = names.Where(name => isPresent[name] == 3 || random.Next(4) < isPresent[name])
                .ToDictionary(name => name, name => isUniform[name] ?? Values[random.Next(Values.Length)]);
            batch.Add(new TestRow
            {
                Offset = batch.Rows.Count / 3,
                Sequence = batch.Rows.Count % 3,
                Time = random.NextInt64(0, 4_000_000_000_000),
                Id = random.Next(3) == 0 ? "id" + row : string.Empty,
                Fields = fields,
            });
        }

        return batch;
    }
}

using System.Globalization;
using System.Text;
using Analytics.GrainInterfaces.Batches;
using Analytics.Tests.Columns;

namespace Analytics.Tests.Metrics;

/// <summary>Events of one metric with everything in them: fields of one kind mostly and of any kind sometimes, nulls, ids that repeat, messages of several events.</summary>
internal sealed class RandomEvents(Random random, ImpatientTime time)
{
    private static readonly string[] Names =
        ["amount", "name", "second", "it's", "ключ", "n`q", "tags", "_time", "_extra", "a.b", "x", "flag", "when", "late", "f14", "f15", "f16", "count()"];

    private readonly FieldKind[] _kinds = [.. Names.Select(_ => AnyKind(random))];

    /// <summary>The next message's events: one offset, one event at least.</summary>
    public TestRow[] NextMessage(long offset)
    {
        var rows = new TestRow[random.Next(3) == 0 ? random.Next(1, 6) : 1];
        for (var i = 0; i < rows.Length; i++)
        {
            rows[i] = new TestRow
            {
                Offset = offset,
                Sequence = i,
                Id = random.Next(3) == 0 ? $"id-{random.Next(200)}" : string.Empty,
                Time = time.NowMs - (random.Next(4) == 0 ? random.Next(-200_000, 700_000) : random.Next(0, 100_000_000)),
                Received = time.NowMs - random.Next(0, 3000),
                Fields = NextFields(),
            };
        }

        return rows;
    }

    private static FieldKind AnyKind(Random random) => (FieldKind)random.Next((int)FieldKind.Bool, (int)FieldKind.EmptyArray + 1);

    private Dictionary<string, TestValue> NextFields()
    {
        var fields = new Dictionary<string, TestValue>();
        for (var i = 0; i < Names.Length; i++)
        {
            // Late fields come up rarely, so that tables grow while they have rows.
            if (random.Next(i < 10 ? 2 : 12) == 0)
            {
                fields[Names[i]] = NextValue(random.Next(6) == 0 ? AnyKind(random) : _kinds[i]);
            }
        }

        return fields;
    }

    private TestValue NextValue(FieldKind kind) => kind switch
    {
        FieldKind.Bool => TestValue.Bool(random.Next(2) == 0),
        FieldKind.Int64 => TestValue.Int(NextInteger()),
        FieldKind.Float64 => TestValue.Float(NextDouble()),
        FieldKind.DateTime => TestValue.Time(NextTime()),
        FieldKind.String => TestValue.Text(NextText()),
        FieldKind.Json => TestValue.Json($"[{{\"a\":{random.Next(3)}}}]"),
        FieldKind.BoolArray => TestValue.Bools(random.Next(2) == 0, null),
        FieldKind.Int64Array => TestValue.Ints(NextInteger(), random.Next(5)),
        FieldKind.Float64Array => TestValue.Floats(NextDouble()),
        FieldKind.StringArray => TestValue.Texts("a", null, "b"),
        _ => TestValue.NoElements(random.Next(3)),
    };

    private long NextInteger() => random.Next(200) switch
    {
        0 => long.MinValue,
        1 => long.MaxValue,
        2 => (1L << 53) + random.Next(-1, 2),
        _ => random.Next(-100, 1000),
    };

    private double NextDouble() => random.Next(6) switch
    {
        0 => BitConverter.Int64BitsToDouble(random.NextInt64(1L << 52)),
        1 => -0.0,
        2 => Math.ScaleB(random.NextDouble() - 0.5, random.Next(-1000, 1000)),
        _ => random.Next(-1000, 1000) / 8.0,
    };

    private string NextTime() => random.Next(10) == 0
        ? string.Create(CultureInfo.InvariantCulture, $"{random.Next(1, 9999):0000}-02-28T10:00:00Z")
        : string.Create(CultureInfo.InvariantCulture, $"2026-{random.Next(1, 13):00}-03 10:{random.Next(60):00}:05.{random.Next(1000):000}+01:30");

    private byte[] NextText() => random.Next(20) switch
    {
        0 => [],
        1 => [0xFF, 0, (byte)random.Next(256)],
        2 => Encoding.UTF8.GetBytes(new string('x', random.Next(60, 300)) + random.Next(100)),
        _ => Encoding.UTF8.GetBytes($"v{random.Next(8)}\t'"),
    };
}

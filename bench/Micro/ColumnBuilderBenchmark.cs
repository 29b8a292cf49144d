using Analytics.GrainInterfaces.Batches;
using Analytics.Grains.Columns;
using BenchmarkDotNet.Attributes;

namespace Analytics.Bench.Micro;

/// <summary>What a value costs on its way into a column.</summary>
public class ColumnBuilderBenchmark
{
    private const int Values = 4096;

    private readonly ColumnBuilder _builder = new("field");

    /// <summary>Integers.</summary>
    [Benchmark(OperationsPerInvoke = Values)]
    public object Integers()
    {
        for (var row = 0; row < Values; row++)
        {
            _builder.Add(row, FieldKind.Int64, row);
        }

        return _builder.Take(Values);
    }

    /// <summary>Texts of eight bytes.</summary>
    [Benchmark(OperationsPerInvoke = Values)]
    public object Texts()
    {
        for (var row = 0; row < Values; row++)
        {
            _builder.Add(row, FieldKind.String, "u0123456"u8);
        }

        return _builder.Take(Values);
    }
}

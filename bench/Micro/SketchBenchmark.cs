using System.Text;
using Analytics.Grains.Live.Sketches;
using BenchmarkDotNet.Attributes;

namespace Analytics.Bench.Micro;

/// <summary>What a value costs in each sketch of the live state, and in all of a column together: texts of a hundred thousand users, numbers of as many amounts.</summary>
public class SketchBenchmark
{
    private const int Values = 100_000;

    private readonly byte[][] _texts = [.. Enumerable.Range(0, Values).Select(i => Encoding.UTF8.GetBytes($"user-{i * 7919 % Values}"))];
    private readonly double[] _numbers = [.. Enumerable.Range(0, Values).Select(i => i * 7919 % Values / 100.0)];
    private readonly ulong[] _hashes;
    private readonly ulong[] _ranks = [.. Enumerable.Range(0, Values).Select(i => ValueHash.Mix((ulong)i))];
    private readonly UniqueSketch _uniques = new();
    private readonly FrequencySketch _frequencies = new();
    private readonly QuantileSketch _quantiles = new();
    private readonly TextTally _textTally = new();
    private readonly NumberTally _integerTally = new(NumberKind.Integer);

    /// <summary>Hashes the texts.</summary>
    public SketchBenchmark() => _hashes = [.. _texts.Select(text => ValueHash.Of(text))];

    /// <summary>The hash of a text.</summary>
    [Benchmark(OperationsPerInvoke = Values)]
    public ulong HashOfText()
    {
        var sum = 0UL;
        foreach (var text in _texts)
        {
            sum += ValueHash.Of(text);
        }

        return sum;
    }

    /// <summary>Different values, by hash.</summary>
    [Benchmark(OperationsPerInvoke = Values)]
    public long Uniques()
    {
        foreach (var hash in _hashes)
        {
            _uniques.Add(hash);
        }

        return _uniques.Registers[0];
    }

    /// <summary>Frequencies, by hash.</summary>
    [Benchmark(OperationsPerInvoke = Values)]
    public long Frequencies()
    {
        foreach (var hash in _hashes)
        {
            _frequencies.Add(hash, 1);
        }

        return _frequencies.Count;
    }

    /// <summary>Quantiles of doubles.</summary>
    [Benchmark(OperationsPerInvoke = Values)]
    public long Quantiles()
    {
        foreach (var number in _numbers)
        {
            _quantiles.Add(number);
        }

        return _quantiles.Count;
    }

    /// <summary>All that is known of a text with very many others.</summary>
    [Benchmark(OperationsPerInvoke = Values)]
    public long Texts()
    {
        for (var i = 0; i < _texts.Length; i++)
        {
            _textTally.Add(_texts[i], _ranks[i]);
        }

        return _textTally.Frequencies!.Count;
    }

    /// <summary>All that is known of an integer with very many others.</summary>
    [Benchmark(OperationsPerInvoke = Values)]
    public long Integers()
    {
        for (var i = 0; i < _ranks.Length; i++)
        {
            _integerTally.Add(i, _ranks[i]);
        }

        return _integerTally.Frequencies!.Count;
    }
}

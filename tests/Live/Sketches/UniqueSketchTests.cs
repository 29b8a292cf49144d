// Goal: the number of different values is within its published error, whatever the values are and however often each comes.
using System.Text;
using Analytics.Grains.Live.Sketches;
using Analytics.Grains.Live.Snapshot;
using Xunit;

namespace Analytics.Tests.Live.Sketches;

public sealed class UniqueSketchTests
{
    // 1.04 / √4096.
    private const double StandardError = 0.01625;

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(1_000)]
    [InlineData(10_000)]
    [InlineData(100_000)]
    [InlineData(1_000_000)]
    public void An_estimate_is_as_near_as_published(int count)
    {
        const int Trials = 20;
        var squares = 0.0;
        for (var trial = 0; trial < Trials; trial++)
        {
            var sketch = new UniqueSketch();
            for (long i = 0; i < count; i++)
            {
                sketch.Add(ValueHash.Of((trial * 10_000_000L) + i));
            }

            var error = count == 0 ? sketch.Estimate() : ((double)sketch.Estimate() / count) - 1;
            Assert.InRange(error, -4 * StandardError, 4 * StandardError);
            squares += error * error;
        }

        Assert.InRange(Math.Sqrt(squares / Trials), 0, 1.5 * StandardError);
    }

    [Fact]
    public void Texts_and_doubles_spread_as_well()
    {
        var (texts, doubles) = (new UniqueSketch(), new UniqueSketch());
        for (var i = 0; i < 200_000; i++)
        {
            texts.Add(ValueHash.Of(Encoding.UTF8.GetBytes($"user-{i}")));
            doubles.Add(ValueHash.Of(i / 100.0));
        }

        Assert.InRange(texts.Estimate(), 200_000 * (1 - (4 * StandardError)), 200_000 * (1 + (4 * StandardError)));
        Assert.InRange(doubles.Estimate(), 200_000 * (1 - (4 * StandardError)), 200_000 * (1 + (4 * StandardError)));
    }

    [Fact]
    public void Order_and_repetition_change_nothing_and_two_merge_to_the_one_of_both()
    {
        var (one, other, both) = (new UniqueSketch(), new UniqueSketch(), new UniqueSketch());
        for (long i = 0; i < 5_000; i++)
        {
            (i % 3 == 0 ? one : other).Add(ValueHash.Of(i));
            both.Add(ValueHash.Of(4_999 - i));
            both.Add(ValueHash.Of(i % 10));
        }

        one.Merge(other);
        Assert.Equal(both.Registers.ToArray(), one.Registers.ToArray());
    }

    [Fact]
    public void It_comes_back_from_a_snapshot_and_damage_is_refused()
    {
        var sketch = new UniqueSketch();
        for (long i = 0; i < 5_000; i++)
        {
            sketch.Add(ValueHash.Of(i));
        }

        Assert.True(TryRead(sketch.Registers.ToArray(), out var read));
        Assert.Equal(sketch.Registers.ToArray(), read.Registers.ToArray());
        Assert.False(TryRead(new byte[UniqueSketch.RegisterCount - 1], out _));
        Assert.False(TryRead([54, .. new byte[UniqueSketch.RegisterCount - 1]], out _));
        Assert.True(TryRead([53, .. new byte[UniqueSketch.RegisterCount - 1]], out _));
    }

    private static bool TryRead(byte[] registers, out UniqueSketch sketch)
    {
        var writer = new SnapshotWriter();
        writer.WriteBytes(registers);
        Assert.True(SnapshotReader.TryOpen(writer.Seal(), out var reader));
        sketch = UniqueSketch.Restore(ref reader);
        return reader.IsAtEnd;
    }
}

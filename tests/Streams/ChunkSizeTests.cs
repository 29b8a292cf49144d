// Goal: chunks grow only while there is more to read and their events are of so many metrics that each has few, and become ordinary again.
using Analytics.Silo.Ingest.Streams;
using Xunit;

namespace Analytics.Tests.Streams;

public sealed class ChunkSizeTests
{
    private const int Ordinary = 1000;

    [Theory]
    [InlineData(ChunkSize.ManyMetrics, ChunkSize.ManyMetrics * ChunkSize.RowsWanted - 1, Ordinary / 2, 2)]
    [InlineData(ChunkSize.ManyMetrics - 1, ChunkSize.ManyMetrics, Ordinary, 1)]
    [InlineData(ChunkSize.ManyMetrics, ChunkSize.ManyMetrics * ChunkSize.RowsWanted, Ordinary, 1)]
    [InlineData(ChunkSize.ManyMetrics, ChunkSize.ManyMetrics, (Ordinary / 2) - 1, 1)]
    public void It_grows_with_many_metrics_of_few_rows_in_a_full_chunk(int metrics, int rows, int bytes, int factor)
    {
        var size = new ChunkSize(Ordinary);
        size.Learn(bytes, rows, metrics);
        Assert.Equal(Ordinary * factor, size.Bytes);
    }

    [Fact]
    public void It_grows_up_to_a_factor()
    {
        var size = Largest();
        Assert.Equal(Ordinary * ChunkSize.FactorMax, size.Bytes);
        Assert.Equal(int.MaxValue, Largest(int.MaxValue / 2).Bytes);
    }

    [Theory]
    [InlineData(1000, 1000, (Ordinary * ChunkSize.FactorMax / 2) - 1)]
    [InlineData(1, (2 * ChunkSize.RowsWanted) + 1, Ordinary * ChunkSize.FactorMax)]
    public void It_becomes_ordinary_when_there_is_little_to_read_or_metrics_have_many_rows(int metrics, int rows, int bytes)
    {
        var size = Largest();
        size.Learn(bytes, rows, metrics);
        Assert.Equal(Ordinary * ChunkSize.FactorMax / 2, size.Bytes);
        for (var i = 0; i < 10; i++)
        {
            size.Learn(0, 0, 0);
        }

        Assert.Equal(Ordinary, size.Bytes);
    }

    [Fact]
    public void Only_a_large_chunk_wants_more()
    {
        Assert.False(new ChunkSize(Ordinary).WantsMore(0));
        Assert.True(Largest().WantsMore((Ordinary * ChunkSize.FactorMax / 2) - 1));
        Assert.False(Largest().WantsMore(Ordinary * ChunkSize.FactorMax / 2));
    }

    [Fact]
    public void It_stays_while_rows_are_enough()
    {
        var size = Largest();
        size.Learn(size.Bytes, 1000 * ChunkSize.RowsWanted, 1000);
        size.Learn(size.Bytes, 2000 * ChunkSize.RowsWanted, 1000);
        Assert.Equal(Ordinary * ChunkSize.FactorMax, size.Bytes);
    }

    private static ChunkSize Largest(int ordinary = Ordinary)
    {
        var size = new ChunkSize(ordinary);
        for (var i = 0; i < 10; i++)
        {
            size.Learn(size.Bytes, 1000, 1000);
        }

        return size;
    }
}

// Goal: a key's partition never changes, whatever the version, and keys spread evenly.
using System.Text;
using Analytics.Silo.Http.Collect;
using Xunit;

namespace Analytics.Tests.Http;

public sealed class PartitionHashTests
{
    [Theory]
    [InlineData("shop/purchase", 4, 1)]
    [InlineData("shop/refund", 4, 3)]
    [InlineData("blog/view", 4, 2)]
    [InlineData("", 4, 1)]
    [InlineData("shop/purchase", 1024, 749)]
    public void A_key_keeps_its_partition_for_ever(string key, int partitions, int partition)
    {
        Assert.Equal(partition, PartitionHash.IndexOf(Encoding.UTF8.GetBytes(key), partitions));
    }

    [Theory]
    [InlineData(2)]
    [InlineData(4)]
    [InlineData(7)]
    public void Keys_spread_evenly(int partitions)
    {
        var counts = new int[partitions];
        for (var i = 0; i < 10_000; i++)
        {
            counts[PartitionHash.IndexOf(Encoding.UTF8.GetBytes($"project{i % 100}/metric_{i}"), partitions)]++;
        }

        Assert.All(counts, count => Assert.InRange(count, 0.9 * 10_000 / partitions, 1.1 * 10_000 / partitions));
    }
}

// Goal: every queue has one silo, no silo has more than one queue more than another, all silos compute the same, and a silo that comes or goes moves few queues
// besides its own.
using Analytics.Silo.Cluster;
using Xunit;

namespace Analytics.Tests.Cluster;

public sealed class EvenQueuesTests
{
    private const int SilosMax = 8;

    private static readonly int[] QueueCounts = [1, 2, 3, 16, 17, 64, 1024];

    [Fact]
    public void Every_queue_has_one_silo_and_no_silo_has_more_than_one_more_than_another()
    {
        foreach (var count in QueueCounts)
        {
            for (var silos = 1; silos <= SilosMax; silos++)
            {
                var shares = EvenQueues.Share(Queues(count), Silos(silos));
                Assert.Equal(Queues(count).Order(), shares.Values.SelectMany(share => share).Order());
                Assert.Equal(silos, shares.Count);
                Assert.InRange(shares.Values.Max(share => share.Count) - shares.Values.Min(share => share.Count), 0, 1);
            }
        }
    }

    [Fact]
    public void The_order_in_which_silos_and_queues_are_named_does_not_matter()
    {
        var random = new Random(7);
        var queues = Queues(64);
        var silos = Silos(5);
        var expected = Owners(EvenQueues.Share(queues, silos));
        for (var i = 0; i < 10; i++)
        {
            random.Shuffle(queues);
            random.Shuffle(silos);
            Assert.Equal(expected, Owners(EvenQueues.Share(queues, silos)));
        }
    }

    [Fact]
    public void One_silo_that_comes_or_goes_moves_less_than_half_as_many_again_as_must_move()
    {
        const int Queues64 = 64;
        var (moved, least) = (0, 0);
        for (var set = 0; set < 50; set++)
        {
            for (var silos = 2; silos <= SilosMax; silos++)
            {
                var before = Owners(EvenQueues.Share(Queues(Queues64), Silos(silos, set)));
                var gone = before.Values.Distinct().Order().First();
                var after = Owners(EvenQueues.Share(Queues(Queues64), [.. Silos(silos, set).Where(silo => silo != gone)]));
                moved += before.Count(pair => after[pair.Key] != pair.Value);
                least += before.Values.Count(silo => silo == gone);
            }
        }

        TestContext.Current.TestOutputHelper?.WriteLine($"{moved} queues moved where {least} had to: {(double)moved / least:0.00}");
        Assert.InRange((double)moved / least, 1, 1.5);
    }

    private static string[] Queues(int count) => [.. Enumerable.Range(0, count).Select(queue => $"log-{queue}")];

    private static string[] Silos(int count, int set = 0) => [.. Enumerable.Range(0, count).Select(silo => $"S10.0.{set}.{silo}:11111:{155_000_000 + silo}")];

    private static Dictionary<string, string> Owners(Dictionary<string, List<string>> shares) =>
        shares.SelectMany(share => share.Value.Select(queue => (queue, share.Key))).OrderBy(pair => pair.queue, StringComparer.Ordinal).ToDictionary(pair => pair.queue, pair => pair.Key);
}

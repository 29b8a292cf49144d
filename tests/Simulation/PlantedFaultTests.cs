// Goal: the simulation's checks can fail: each thing that must never happen is made to happen, and is reported for what it is.
using Xunit;

namespace Analytics.Tests.Simulation;

public sealed class PlantedFaultTests
{
    private const int SeedsMax = 60;

    [Fact]
    public void Rows_written_twice_are_found() =>
        Find("times in the table", simulation => simulation.Database.WriteTimes = Sometimes(2, 1));

    [Fact]
    public void Rows_that_were_never_written_are_found() =>
        Find("is missing", simulation => simulation.Database.WriteTimes = Sometimes(0, 1));

    [Fact]
    public void A_table_that_claims_to_be_further_than_it_is_is_found() =>
        Find("is missing", simulation => simulation.Database.PositionsAhead = 3);

    [Fact]
    public void An_insert_that_is_believed_to_have_failed_and_is_repeated_is_found() =>
        Find("times in the table", simulation => simulation.Database.IsBlind = true);

    [Fact]
    public void A_record_that_no_reader_sees_is_found() =>
        Find("is missing", simulation => simulation.Log.IsSkipped = entry => entry.Offset % 17 == 3);

    [Fact]
    public void A_commit_ahead_of_the_tables_is_found() =>
        Find("is missing", simulation => simulation.Log.CommitsAhead = 20);

    [Fact]
    public void A_ledger_that_takes_chunks_for_durable_at_once_is_found() =>
        Find("is missing", simulation => simulation.Cluster.IsLedgerHasty = true);

    [Fact]
    public void A_count_of_duplicates_that_is_not_saved_is_found() =>
        Find("duplicates should be", simulation => simulation.Database.IsForgetful = true);

    [Fact]
    public void A_live_state_made_of_too_few_rows_is_found() =>
        Find("total should be", simulation => simulation.Database.LoadsWithout = 1);

    [Fact]
    public void A_refused_row_that_becomes_no_dead_letter_is_found() =>
        Find("refused rows should be", simulation => simulation.Log.LosesAppends = true);

    [Fact]
    public void Memory_counted_and_never_given_back_is_found() =>
        Find("bytes as held", simulation => simulation.Cluster.OnStart = silo => silo.Memory.Add(1));

    [Fact]
    public void A_reader_that_never_goes_on_is_found() =>
        Find("stuck", simulation => simulation.Cluster.OnStart = silo => silo.Memory.Add(long.MaxValue / 2));

    private static Func<int> Sometimes(int now, int otherwise)
    {
        var count = 0;
        return () => ++count % 5 == 0 ? now : otherwise;
    }

    private static void Find(string violation, Action<Simulation> plant)
    {
        for (var seed = 1; seed <= SeedsMax; seed++)
        {
            using var simulation = new Simulation(seed);
            plant(simulation);
            if (simulation.Run().Any(found => found.Contains(violation, StringComparison.Ordinal)))
            {
                return;
            }
        }

        Assert.Fail($"{SeedsMax} seeds ran as if nothing had been planted.");
    }
}

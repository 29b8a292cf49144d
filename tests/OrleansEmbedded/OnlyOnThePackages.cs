using Xunit;

namespace Analytics.Tests.OrleansEmbedded;

/// <summary>Names what this package set cannot run, so that it is listed and not silently absent.</summary>
public sealed class OnlyOnThePackages
{
    private const string Cluster = "Several silos need the Microsoft.Orleans.* packages (PACKAGE_SET=full): tests/Cluster/Packages.";

    [Fact(Skip = "In one process nothing is serialized: tests/OrleansPackages runs on the Microsoft.Orleans.* packages (PACKAGE_SET=full).")]
    public void Messages_between_silos_arrive_as_they_were_sent()
    {
    }

    [Fact(Skip = Cluster)]
    public void Of_two_silos_one_is_killed_under_load_and_nothing_is_lost_or_doubled()
    {
    }

    [Fact(Skip = Cluster)]
    public void Silos_are_added_and_drained_under_load_and_the_log_is_shared_evenly_all_along()
    {
    }

    [Fact(Skip = Cluster)]
    public void A_silo_that_stood_still_while_another_took_over_doubles_nothing_when_it_goes_on()
    {
    }

    [Fact(Skip = Cluster)]
    public void Messages_are_read_from_the_bytes_that_were_released()
    {
    }

    [Fact(Skip = Cluster)]
    public void Silos_that_start_together_make_the_membership_tables()
    {
    }
}

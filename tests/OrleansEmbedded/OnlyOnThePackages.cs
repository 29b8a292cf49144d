using Xunit;

namespace Analytics.Tests.OrleansEmbedded;

/// <summary>Names what this package set cannot run, so that it is listed and not silently absent.</summary>
public sealed class OnlyOnThePackages
{
    private const string Cluster = "Several silos need the Microsoft.Orleans.* packages (PACKAGE_SET=full): tests/Cluster/Packages.";
    private const string Serialized = "In one process nothing is serialized: tests/OrleansPackages runs on the Microsoft.Orleans.* packages (PACKAGE_SET=full).";

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
    public void A_log_that_is_there_is_read_to_its_end()
    {
    }

    [Fact(Skip = Cluster)]
    public void Silos_that_start_together_make_them_and_a_later_one_finds_them()
    {
    }

    [Fact(Skip = Cluster)]
    public void Of_two_changes_from_the_same_version_one_counts()
    {
    }

    [Fact(Skip = Serialized)]
    public void Every_message_is_read_from_the_bytes_that_were_released()
    {
    }

    [Fact(Skip = Serialized)]
    public void A_member_that_is_added_is_read_and_sent_both_ways()
    {
    }

    [Fact(Skip = Serialized)]
    public void A_member_that_is_renumbered_or_retyped_or_gone_is_found()
    {
    }

    [Fact(Skip = Serialized)]
    public void Batches_with_their_columns_arrive_whole()
    {
    }

    [Fact(Skip = Serialized)]
    public void A_token_keeps_its_place()
    {
    }

    [Fact(Skip = Serialized)]
    public void A_snapshot_arrives_whole()
    {
    }

    [Fact(Skip = Serialized)]
    public void A_view_with_its_sinks_arrives_whole()
    {
    }

    [Fact(Skip = Serialized)]
    public void A_schema_arrives_whole()
    {
    }

    [Fact(Skip = Serialized)]
    public void The_ledgers_words_arrive_whole()
    {
    }

    [Fact(Skip = Serialized)]
    public void Every_type_a_grain_takes_or_gives_can_be_sent()
    {
    }

    [Fact(Skip = Serialized)]
    public void Actors_are_asked_and_say_what_http_says()
    {
    }

    [Fact(Skip = Serialized)]
    public void It_opens_to_the_token_only()
    {
    }

    [Fact(Skip = Serialized)]
    public void Without_a_token_there_is_none()
    {
    }
}

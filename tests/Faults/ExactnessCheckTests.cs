// Goal: the check of the fault tests finds what it is there to find: each kind of defect, planted into data that is right, is one finding at least.
using Xunit;

namespace Analytics.Tests.Faults;

public sealed class ExactnessCheckTests
{
    private const string Text = "\"broken-1\"";

    private readonly MetricPromise _promised = new();
    private readonly FoundMetric _right;

    public ExactnessCheckTests()
    {
        foreach (var i in Enumerable.Range(0, 10))
        {
            _promised.Add(Event(i), unclear: 0);
        }

        _promised.Add(Event(3), unclear: 2);
        var fields = new Dictionary<string, FieldFacts>
        {
            ["n"] = new() { Count = 10, Null = 0, Conflicts = 0, Min = "0", Max = "9", Sum = "45" },
            ["user"] = new() { Count = 8, Null = 1, Conflicts = 1 },
        };
        _right = new FoundMetric
        {
            Rows = [.. Enumerable.Range(0, 10).Select(i => new FoundRow($"id{i}", i, 2 * i))],
            LiveTotal = 10,
            DurableRows = 10,
            Duplicates = 1,
            Live = fields,
            Table = new Dictionary<string, FieldFacts>(fields),
        };
    }

    [Fact]
    public void What_is_as_promised_gives_no_finding() => Assert.Empty(Findings(_right));

    [Fact]
    public void A_missing_row_is_found() => AssertFound("not in the table: id4", _right with { Rows = [.. _right.Rows.Where(row => row.Uid != "id4")] });

    [Fact]
    public void A_doubled_row_is_found() => AssertFound("id7 (2 times)", _right with { Rows = [.. _right.Rows, _right.Rows[7]] });

    [Theory]
    [InlineData(0, 1, true)]
    [InlineData(0, 2, false)]
    [InlineData(1, 0, false)]
    [InlineData(1, 2, true)]
    [InlineData(1, 3, false)]
    public void An_event_without_an_id_is_there_once_and_once_more_for_each_unclear_sending(int unclear, int count, bool isRight)
    {
        _promised.Add(Event(10, hasId: false), unclear);
        var found = _right with
        {
            Rows = [.. _right.Rows, .. Enumerable.Repeat(new FoundRow("id10", 10, 20), count)],
            LiveTotal = 10 + count,
            DurableRows = 10 + count,
        };
        Assert.Equal(isRight, Findings(found).Count == 0);
    }

    [Fact]
    public void A_row_doubled_in_the_place_of_a_missing_one_is_found()
    {
        FoundRow[] rows = [.. _right.Rows.Skip(1), _right.Rows[9]];
        AssertFound("not in the table: id0", _right with { Rows = rows });
        AssertFound("id9 (2 times)", _right with { Rows = rows });
    }

    [Fact]
    public void A_row_nobody_was_promised_is_found() => AssertFound("never accepted: other", _right with { Rows = [.. _right.Rows, new FoundRow("other", 1, 1)] });

    [Fact]
    public void A_changed_value_is_found()
    {
        AssertFound("other values", _right with { Rows = [.. _right.Rows.Select(row => row.Uid == "id5" ? row with { Number = 6 } : row)] });
        AssertFound("other values", _right with { Rows = [.. _right.Rows.Select(row => row.Uid == "id5" ? row with { Quarters = 1 } : row)] });
    }

    [Fact]
    public void Values_changed_between_two_rows_are_found()
    {
        // Count and sums are as promised.
        var rows = _right.Rows.ToArray();
        (rows[1], rows[2]) = (rows[1] with { Number = 2 }, rows[2] with { Number = 1 });
        AssertFound("other values", _right with { Rows = rows });
    }

    [Theory]
    [InlineData(9, 10)]
    [InlineData(11, 10)]
    [InlineData(10, 9)]
    public void A_live_count_that_is_not_the_tables_is_found(long liveTotal, long durableRows) =>
        AssertFound("10 expected", _right with { LiveTotal = liveTotal, DurableRows = durableRows });

    [Fact]
    public void A_field_that_differs_between_live_state_and_table_is_found()
    {
        FieldFacts n = _right.Live["n"];
        foreach (var wrong in new[]
        {
            n with { Count = 9 }, n with { Null = 1 }, n with { Conflicts = 1 }, n with { Min = "1" }, n with { Max = "8" }, n with { Sum = "46" },
        })
        {
            AssertFound(".n: live state and table differ", _right with { Live = new Dictionary<string, FieldFacts>(_right.Live) { ["n"] = wrong } });
        }

        AssertFound(".late: live state and table differ", _right with { Table = new Dictionary<string, FieldFacts>(_right.Table) { ["late"] = n } });
        AssertFound(".late: live state and table differ", _right with { Live = new Dictionary<string, FieldFacts>(_right.Live) { ["late"] = n } });
    }

    [Theory]
    [InlineData(0, false)]
    [InlineData(1, true)]
    [InlineData(3, true)]
    [InlineData(4, false)]
    public void Duplicates_are_within_what_was_answered_and_what_may_have_arrived(long duplicates, bool isRight)
    {
        var findings = Findings(_right with { Duplicates = duplicates });
        Assert.Equal(isRight, !findings.Any());
    }

    [Theory]
    [InlineData(1, 0, false)]
    [InlineData(1, 1, true)]
    [InlineData(1, 2, false)]
    [InlineData(2, 2, true)]
    [InlineData(2, 3, false)]
    public void A_dead_letter_is_there_once_and_once_more_for_each_unclear_sending(int countMax, long count, bool isRight)
    {
        var check = new ExactnessCheck();
        check.DeadLetters(new Dictionary<string, int> { [Text] = countMax }, count == 0 ? [] : new Dictionary<string, long> { [Text] = count });
        Assert.Equal(isRight, check.Findings.Count == 0);
    }

    [Fact]
    public void A_dead_letter_that_nobody_sent_is_found()
    {
        var check = new ExactnessCheck();
        check.DeadLetters(new Dictionary<string, int>(), new Dictionary<string, long> { [Text] = 1 });
        Assert.Contains(Text, Assert.Single(check.Findings), StringComparison.Ordinal);
    }

    private static LoadEvent Event(int i, bool hasId = true) => new("p", "m", $"id{i}", hasId, i, 2 * i, string.Empty, string.Empty);

    private void AssertFound(string words, FoundMetric found) =>
        Assert.Contains(Findings(found), finding => finding.Contains(words, StringComparison.Ordinal));

    private IReadOnlyList<string> Findings(FoundMetric found)
    {
        var check = new ExactnessCheck();
        check.Metric("p/m", _promised, found);
        return check.Findings;
    }
}

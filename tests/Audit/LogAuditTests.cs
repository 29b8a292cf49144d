// Goal: the audit says "clean" of what is whole, and finds and names each planted fault: a row gone, doubled, changed, added, a dead letter gone.
using Analytics.Silo.Audit;
using Analytics.Tests.ClickHouse;
using Analytics.Tests.Http;
using Xunit;

namespace Analytics.Tests.Audit;

[Collection(DeadLetterTable.Collection)]
public sealed class LogAuditTests(EngineFixture engine)
{
    private const string DeadLetters = "analytics.dead_letters";

    [Fact]
    public async Task What_went_in_exactly_once_is_clean_and_every_input_is_counted()
    {
        await using var audited = await FilledAsync();
        var report = await audited.AuditAsync();

        Assert.True(report.IsClean);
        Assert.Empty(report.Faults);
        Assert.Equal((5, 1), (report.Events, report.DeadLetters));
        Assert.Equal(new AuditCounts(6, 6, 0, 0, 0, 0, 0, 0, 0, 0), report.Total);
        Assert.Equal(["analytics/dead_letters 1 1", "p/a 3 3", "p/b 2 2"], Metrics(audited, report));
        var partition = Assert.Single(report.Partitions);
        Assert.Equal((audited.Partition, 0, 3, 3, 0, 3), (
            partition.Partition, partition.FromOffset, partition.ToOffset, partition.CommittedOffset, partition.DroppedOffsets, partition.Messages));
        Assert.True(partition.Bytes > 0);
    }

    [Fact]
    public async Task A_deleted_row_is_missing()
    {
        await using var audited = await FilledAsync();
        await audited.SqlAsync($"ALTER TABLE {audited.Table("a")} DELETE WHERE _partition = {audited.Partition} AND _offset = 1 SETTINGS mutations_sync = 2");
        var report = await audited.AuditAsync();
        Assert.Equal(["missing p/a 0:1:0 'a2'"], audited.Faults(report));
        Assert.Equal(1, report.Total.Missing);
        Assert.False(report.IsClean);
    }

    [Fact]
    public async Task A_table_that_is_gone_leaves_all_of_its_events_missing()
    {
        await using var audited = await FilledAsync();
        await audited.SqlAsync($"DROP TABLE {audited.Table("b")} SYNC");
        var report = await audited.AuditAsync();
        Assert.Equal(["missing p/b 0:0:2 ''", "missing p/b 0:2:0 ''"], audited.Faults(report));
    }

    [Fact]
    public async Task A_row_that_is_there_twice_is_doubled()
    {
        await using var audited = await FilledAsync();
        await audited.SqlAsync($"INSERT INTO {audited.Table("a")} SELECT * FROM {audited.Table("a")} WHERE _offset = 0 AND _seq = 0");
        var report = await audited.AuditAsync();
        Assert.Equal(["doubled p/a 0:0:0 'a0'"], audited.Faults(report));
        Assert.Equal((1, 7), (report.Total.Doubled, report.Total.Rows));
    }

    [Theory]
    [InlineData("_time = _time + INTERVAL 1 SECOND", "_time is 2027-01-15T08:00:02.000Z, sent 2027-01-15T08:00:01.000Z")]
    [InlineData("_id = 'other'", "_id is 'other', sent 'a2'")]
    [InlineData("_received = _received + INTERVAL 1 SECOND", "_received is 2027-01-15T08:00:02.000Z, was 2027-01-15T08:00:01.000Z")]
    public async Task A_row_with_another_time_or_id_is_changed(string change, string detail)
    {
        await using var audited = await FilledAsync();
        var (column, value) = (change[..change.IndexOf(' ', StringComparison.Ordinal)], change[(change.IndexOf('=', StringComparison.Ordinal) + 1)..]);
        await audited.SqlAsync($"INSERT INTO {audited.Table("a")} SELECT * REPLACE({value} AS {column}, toUInt32(77) AS _seq) FROM {audited.Table("a")} WHERE _offset = 1");
        await audited.SqlAsync($"ALTER TABLE {audited.Table("a")} DELETE WHERE _offset = 1 AND _seq = 0 SETTINGS mutations_sync = 2");
        await audited.SqlAsync($"ALTER TABLE {audited.Table("a")} UPDATE _seq = 0 WHERE _seq = 77 SETTINGS mutations_sync = 2");
        var report = await audited.AuditAsync();
        Assert.Equal(["changed p/a 0:1:0 'a2'"], audited.Faults(report));
        Assert.Equal(detail, report.Faults[0].Detail);
        Assert.Equal(1, report.Total.Changed);
    }

    [Fact]
    public async Task A_dead_letter_that_is_gone_is_missing()
    {
        await using var audited = await FilledAsync();
        await audited.SqlAsync($"ALTER TABLE {DeadLetters} DELETE WHERE _partition = {audited.Partition} SETTINGS mutations_sync = 2");
        var report = await audited.AuditAsync();
        Assert.Equal(["missing analytics/dead_letters 0:2:1 ''"], audited.Faults(report));
    }

    [Theory]
    [InlineData("a", 0, 99)] // between inputs of its own table
    [InlineData("a", 2, 0)] // in a message that has none of its table
    [InlineData("b", 1, 0)]
    public async Task A_row_that_nothing_in_the_log_explains_is_found(string metric, long offset, int sequence)
    {
        await using var audited = await FilledAsync();
        await PlantAsync(audited, metric, audited.Partition, offset, sequence);
        var report = await audited.AuditAsync();
        Assert.Equal([$"unexplained p/{metric} 0:{offset}:{sequence} 'planted'"], audited.Faults(report));
        Assert.Equal((1, 7), (report.Total.Unexplained, report.Total.Rows));
    }

    [Fact]
    public async Task A_row_in_a_table_the_range_has_no_input_of_is_found()
    {
        await using var audited = await FilledAsync();
        await audited.SendAsync(audited.Event("quiet", 1));
        await audited.IngestAsync();
        await PlantAsync(audited, "quiet", audited.Partition, offset: 1, sequence: 5);
        var report = await audited.AuditAsync(new AuditRange { Partition = audited.Partition, FromOffset = 0, ToOffset = 3 });
        Assert.Equal(["unexplained p/quiet 0:1:5 'planted'"], audited.Faults(report));
        Assert.True((await audited.AuditAsync(new AuditRange { FromOffset = 2 })).IsClean);
    }

    [Fact]
    public async Task Rows_of_other_partitions_and_beyond_the_range_are_left_alone()
    {
        await using var audited = await FilledAsync();
        await PlantAsync(audited, "a", audited.Partition + 5, offset: 1, sequence: 0);
        await PlantAsync(audited, "a", audited.Partition, offset: 3, sequence: 0);
        Assert.True((await audited.AuditAsync()).IsClean);
    }

    [Fact]
    public async Task Faults_are_counted_all_and_shown_up_to_the_bound()
    {
        await using var audited = await AuditCase.NewAsync(engine);
        for (var i = 0; i < AuditTally.ExamplesMax + 5; i++)
        {
            await audited.SendAsync(audited.Event("a", i));
        }

        await audited.IngestAsync();
        await audited.SqlAsync($"TRUNCATE TABLE {audited.Table("a")}");
        var report = await audited.AuditAsync();
        Assert.Equal((AuditTally.ExamplesMax + 5, AuditTally.ExamplesMax), (report.Total.Missing, report.Faults.Count));
    }

    [Fact]
    public async Task More_tables_than_one_query_takes_are_compared_each_with_its_own_inputs()
    {
        await using var audited = await AuditCase.NewAsync(engine);
        for (var i = 0; i < 70; i++)
        {
            await audited.SendAsync(audited.Event($"m{i}", i), audited.Event($"m{i}", i, $"id{i}"));
        }

        await audited.IngestAsync();
        await audited.SqlAsync($"ALTER TABLE {audited.Table("m66")} DELETE WHERE _id = 'id66' SETTINGS mutations_sync = 2");
        var report = await audited.AuditAsync();
        Assert.Equal(["missing p/m66 0:66:1 'id66'"], audited.Faults(report));
        Assert.Equal(139, report.Total.Rows);
    }

    private static string[] Metrics(AuditCase audited, AuditReport report) => [.. report.Metrics.Select(metric =>
        $"{metric.Project.Replace(audited.Project, "p", StringComparison.Ordinal)}/{metric.Metric} {metric.Counts.Inputs} {metric.Counts.Rows}")];

    private static Task PlantAsync(AuditCase audited, string metric, int partition, long offset, int sequence) => audited.SqlAsync(
        $"INSERT INTO {audited.Table(metric)} SELECT * REPLACE(toUInt32({partition}) AS _partition, toUInt64({offset}) AS _offset, " +
        $"toUInt32({sequence}) AS _seq, 'planted' AS _id) FROM {audited.Table(metric)} LIMIT 1");

    /// <summary>Three messages: events of two metrics, with and without ids, and one input that is none.</summary>
    private async Task<AuditCase> FilledAsync()
    {
        var audited = await AuditCase.NewAsync(engine);
        await audited.SendAsync(audited.Event("a", 0, "a0"), audited.Event("a", 1), audited.Event("b", 1));
        await audited.SendAsync(audited.Event("a", 2, "a2"));
        await audited.SendAsync(audited.Event("b", 2), "{\"broken\":");
        await audited.IngestAsync();
        return audited;
    }
}

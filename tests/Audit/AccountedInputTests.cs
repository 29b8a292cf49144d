// Goal: what has no row for a good reason is no fault: a repeat of an id, a refused row, what is still on its way, what the log no longer has.
using System.Text;
using Analytics.Grains.Metrics;
using Analytics.Silo.Audit;
using Analytics.Silo.Ingest.RefusedRows;
using Analytics.Tests.ClickHouse;
using Analytics.Tests.Http;
using Analytics.Tests.Log;
using Xunit;

namespace Analytics.Tests.Audit;

[Collection(DeadLetterTable.Collection)]
public sealed class AccountedInputTests(EngineFixture engine)
{
    // An id of quotes, a backslash, a line end and a null, as JSON has it.
    private const string Strange = "it's \\\"y\\\" \\\\ \\n \\u0000 \u00e9";

    [Fact]
    public async Task A_repeated_id_is_a_counted_duplicate()
    {
        await using var audited = await AuditCase.NewAsync(engine);
        await audited.SendAsync(audited.Event("a", 1, "x"), audited.Event("a", 1, "x"), audited.Event("b", 1, "x"));
        await audited.SendAsync(audited.Event("a", 1, "x"), audited.Event("a", 2, Strange));
        await audited.SendAsync(audited.Event("a", 2, Strange));
        await audited.IngestAsync();
        var report = await audited.AuditAsync();
        Assert.True(report.IsClean, string.Join(' ', audited.Faults(report)));
        Assert.Equal(report.Total.Inputs, report.Total.Rows + report.Total.Duplicates);
        Assert.Equal(3, report.Metrics.Single(metric => metric.Metric == "a").Counts.Duplicates);
    }

    [Fact]
    public async Task A_repeat_in_another_partition_is_a_duplicate_too()
    {
        await using var audited = await AuditCase.NewAsync(engine, FileLogs.Small with { Partitions = 2 });
        await audited.SendAsync(audited.Event("a", 1, "x"));
        await audited.SendAsync(1, [audited.Event("a", 1, "x")]);
        await audited.IngestAsync();
        var report = await audited.AuditAsync(new AuditRange { Partition = audited.Partition + 1 });
        Assert.Equal((true, 1, 0), (report.IsClean, report.Total.Duplicates, report.Total.Rows));
    }

    [Fact]
    public async Task An_event_whose_id_has_only_a_later_row_is_missing()
    {
        await using var audited = await AuditCase.NewAsync(engine);
        await audited.SendAsync(audited.Event("a", 1, "x"));
        await audited.SendAsync(audited.Event("a", 1, "y"));
        await audited.IngestAsync();
        await audited.SqlAsync($"ALTER TABLE {audited.Table("a")} DELETE WHERE _offset = 0 SETTINGS mutations_sync = 2");
        await audited.SqlAsync($"INSERT INTO {audited.Table("a")} SELECT * REPLACE('x' AS _id, toUInt64(7) AS _offset) FROM {audited.Table("a")}");
        var report = await audited.AuditAsync();
        Assert.Equal(["missing p/a 0:0:0 'x'"], audited.Faults(report));
        Assert.Equal(0, report.Total.Duplicates);
    }

    [Fact]
    public async Task A_refused_row_is_accounted_for_by_its_dead_letter_and_so_are_repeats_of_its_id()
    {
        await using var audited = await AuditCase.NewAsync(engine);
        await audited.SendAsync(audited.Event("a", 1, "x"), audited.Event("a", 2));
        await audited.SendAsync(audited.Event("a", 1, "x"), "[");
        await audited.IngestAsync();
        await audited.SqlAsync($"ALTER TABLE {audited.Table("a")} DELETE WHERE _id = 'x' SETTINGS mutations_sync = 2");
        Assert.Equal(2, (await audited.AuditAsync()).Total.Missing);

        await PlantRefusedAsync(audited, $"refused:{audited.Project}/a:{audited.Partition}:0:0");
        var report = await audited.AuditAsync();
        Assert.True(report.IsClean, string.Join(' ', audited.Faults(report)));
        Assert.Equal((1, 1), (report.Total.Refused, report.Total.Duplicates));
    }

    [Fact]
    public async Task A_refused_row_of_a_metric_with_a_long_name_is_found_by_what_the_log_is_given_for_it()
    {
        await using var audited = await AuditCase.NewAsync(engine);
        var metric = new string('m', 128);
        var offset = await audited.SendAsync(audited.Event(metric, 1));
        await audited.SendAsync("[");
        await audited.IngestAsync();
        await audited.SqlAsync($"TRUNCATE TABLE {audited.Table(metric)}");
        Assert.Equal(1, (await audited.AuditAsync()).Total.Missing);
        await PlantRefusedAsync(audited, LogRefusedRows.IdOf(new RefusedRow(audited.Project, metric, audited.Partition, offset, 0, "no", [])));
        var report = await audited.AuditAsync();
        Assert.Equal((true, 1), (report.IsClean, report.Total.Refused));
    }

    [Fact]
    public async Task A_dead_letter_still_on_its_way_is_waited_for_once()
    {
        await using var audited = await AuditCase.NewAsync(engine);
        await audited.SendAsync(audited.Event("a", 1), "[");
        await audited.IngestAsync();
        await audited.SqlAsync($"TRUNCATE TABLE {audited.Table("a")}");
        var waits = 0;
        var report = await audited.AuditAsync(settle: _ =>
        {
            waits++;
            return PlantRefusedAsync(audited, $"refused:{audited.Project}/a:{audited.Partition}:0:0");
        });
        Assert.Equal((true, 1, 1), (report.IsClean, report.Total.Refused, waits));
    }

    [Fact]
    public async Task What_is_not_committed_is_pending_until_it_has_a_row()
    {
        await using var audited = await AuditCase.NewAsync(engine);
        await audited.SendAsync(audited.Event("a", 1));
        await audited.IngestAsync();
        await audited.SendAsync(audited.Event("a", 2), audited.Event("new", 1));
        var before = await audited.AuditAsync();
        Assert.Equal((true, 2, 1), (before.IsClean, before.Total.Pending, before.Total.Rows));

        await audited.IngestAsync(commits: false);
        var after = await audited.AuditAsync();
        Assert.Equal((true, 0, 3), (after.IsClean, after.Total.Pending, after.Total.Rows));
        Assert.Equal(1, after.Partitions[0].CommittedOffset);
    }

    [Fact]
    public async Task What_is_doubled_is_a_fault_committed_or_not()
    {
        await using var audited = await AuditCase.NewAsync(engine);
        await audited.SendAsync(audited.Event("a", 1));
        await audited.IngestAsync(commits: false);
        await audited.SqlAsync($"INSERT INTO {audited.Table("a")} SELECT * FROM {audited.Table("a")}");
        Assert.Equal(["doubled p/a 0:0:0 ''"], audited.Faults(await audited.AuditAsync()));
    }

    [Fact]
    public async Task Offsets_that_retention_removed_are_not_judged_and_said_to_be_gone()
    {
        var options = FileLogs.Small with { RetentionBytesMax = 0 };
        await using var audited = await AuditCase.NewAsync(engine, options);
        var padding = new string(' ', 20_000);
        for (var i = 0; i < 12; i++)
        {
            await audited.SendAsync(audited.Event("a", i) + padding);
        }

        await audited.IngestAsync();
        await audited.SendAsync(audited.Event("a", 12) + padding);
        await audited.IngestAsync();
        await audited.SqlAsync($"ALTER TABLE {audited.Table("a")} DELETE WHERE _offset = 0 OR _offset = 12 SETTINGS mutations_sync = 2");
        var first = long.Parse(Path.GetFileNameWithoutExtension(FileLogs.Segments(audited.Directory)[0]), System.Globalization.CultureInfo.InvariantCulture);
        Assert.InRange(first, 1, 12);

        var report = await audited.AuditAsync();
        Assert.Equal(["missing p/a 0:12:0 ''"], audited.Faults(report));
        Assert.Equal((first, 13 - first), (report.Partitions[0].DroppedOffsets, report.Partitions[0].Messages));
    }

    [Fact]
    public async Task A_range_of_offsets_judges_its_own_records_only()
    {
        await using var audited = await AuditCase.NewAsync(engine);
        for (var i = 0; i < 6; i++)
        {
            await audited.SendAsync(audited.Event("a", i));
        }

        await audited.IngestAsync();
        await audited.SqlAsync($"ALTER TABLE {audited.Table("a")} DELETE WHERE _offset IN (1, 4) SETTINGS mutations_sync = 2");
        Assert.Equal(["missing p/a 0:1:0 ''"], audited.Faults(await audited.AuditAsync(new AuditRange { FromOffset = 1, ToOffset = 4 })));
        Assert.Equal(["missing p/a 0:4:0 ''"], audited.Faults(await audited.AuditAsync(new AuditRange { FromOffset = 2 })));
        var beyond = await audited.AuditAsync(new AuditRange { FromOffset = 100, ToOffset = 200 });
        Assert.Equal((true, 0), (beyond.IsClean, beyond.Total.Inputs));
    }

    [Fact]
    public async Task A_range_of_time_judges_what_was_received_within_it()
    {
        await using var audited = await AuditCase.NewAsync(engine);
        var start = audited.NowMs;
        for (var i = 0; i < 6; i++)
        {
            await audited.SendAsync(audited.Event("a", i));
        }

        await audited.IngestAsync();
        await audited.SqlAsync($"ALTER TABLE {audited.Table("a")} DELETE WHERE _offset IN (1, 4) SETTINGS mutations_sync = 2");
        await audited.SqlAsync($"INSERT INTO {audited.Table("a")} SELECT * REPLACE(toUInt32(9) AS _seq) FROM {audited.Table("a")} WHERE _offset IN (0, 2)");
        var report = await audited.AuditAsync(new AuditRange { FromMs = start + 1000, ToMs = start + 4000 });
        Assert.Equal(["unexplained p/a 0:2:9 ''", "missing p/a 0:1:0 ''"], audited.Faults(report));
        Assert.Equal(3, report.Partitions[0].Messages);
    }

    [Fact]
    public async Task Damage_in_the_log_is_a_fault_and_the_rest_is_still_compared()
    {
        await using var audited = await AuditCase.NewAsync(engine);
        for (var i = 0; i < 3; i++)
        {
            await audited.SendAsync(audited.Event("a", i));
        }

        await audited.IngestAsync();
        await audited.SqlAsync($"ALTER TABLE {audited.Table("a")} DELETE WHERE _offset = 2 SETTINGS mutations_sync = 2");
        var segment = FileLogs.Segments(audited.Directory)[0];
        var bytes = await File.ReadAllBytesAsync(segment);
        bytes[bytes.AsSpan().IndexOf(Encoding.UTF8.GetBytes("\"v\":1")) + 4]++;
        await using (var file = new FileStream(segment, FileMode.Open, FileAccess.Write, FileShare.ReadWrite))
        {
            await file.WriteAsync(bytes);
        }

        var report = await audited.AuditAsync();
        Assert.Equal(["unreadable / 0:1:0 ''", "missing p/a 0:2:0 ''"], audited.Faults(report));
        Assert.Equal(1, report.Total.Unreadable);
        Assert.Empty(audited.LogDamage);
    }

    // As a row beyond the log's end: what matters is that the dead letter is there.
    private static Task PlantRefusedAsync(AuditCase audited, string id) => audited.SqlAsync(
        $"INSERT INTO analytics.dead_letters SELECT * REPLACE('{id}' AS _id, toUInt64(1000000) AS _offset) FROM analytics.dead_letters " +
        $"WHERE _partition = {audited.Partition} LIMIT 1");
}

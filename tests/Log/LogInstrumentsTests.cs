// Goal: the log's numbers are those of what happened.
using System.Diagnostics.Metrics;
using Analytics.Silo.Log;
using Xunit;

namespace Analytics.Tests.Log;

public sealed class LogInstrumentsTests : IDisposable
{
    private readonly TempDirectory _directory = new();
    private readonly Dictionary<string, double> _sums = [];
    private readonly Lock _gate = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task Appends_fsyncs_refusals_removals_and_positions_are_measured()
    {
        // Other tests use meters of the same name at the same time: only those of this log's partition number count.
        const int partition = 37;
        var options = FileLogs.Small with { Partitions = partition + 1, TotalBytesMax = 2 * (partition + 1) * FileLogs.SegmentBytes, RetentionBytesMax = 0 };
        var disk = new FaultyDisk();
        var record = Records.Random(1, 1000);
        using var listener = Listen(partition);
        await using var log = FileLogs.Open(_directory.Path, options, disk);
        var appended = 0;
        var refused = false;
        while (!refused)
        {
            try
            {
                await log.AppendAsync(partition, record, Deadline.Token());
                appended++;
            }
            catch (EventLogFullException)
            {
                refused = true;
            }
        }

        await log.CommitAsync(partition, 100);
        await log.AppendAsync(partition, record, Deadline.Token());
        listener.RecordObservableInstruments();

        lock (_gate)
        {
            Assert.Equal(appended + 1, _sums["analytics.log.appended.records"]);
            Assert.Equal((appended + 1) * 1037, _sums["analytics.log.appended.bytes"]);
            Assert.Equal(appended + 1, _sums["analytics.log.fsyncs"]);
            Assert.True(_sums["analytics.log.fsync.duration"] > 0);
            Assert.Equal(1, _sums["analytics.log.refused.records"]);
            Assert.Equal(1, _sums["analytics.log.removed.segments"]);
            Assert.Equal(appended + 1, _sums["analytics.log.end_offset"]);
            Assert.Equal(100, _sums["analytics.log.committed_offset"]);
            Assert.Equal(FileLogs.Segments(_directory.Path, partition).Count, _sums["analytics.log.segments"]);
            Assert.Equal(FileLogs.Segments(_directory.Path, partition).Sum(s => new FileInfo(s).Length), _sums["analytics.log.bytes"]);
            Assert.Equal(0, _sums["analytics.log.queued.bytes"]);
        }
    }

    private MeterListener Listen(int partition)
    {
        var listener = new MeterListener
        {
            InstrumentPublished = static (instrument, l) =>
            {
                if (instrument.Meter.Name == LogInstruments.MeterName)
                {
                    l.EnableMeasurementEvents(instrument);
                }
            },
        };
        listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Add(instrument, value, tags, partition));
        listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Add(instrument, value, tags, partition));
        listener.Start();
        return listener;
    }

    private void Add(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags, int partition)
    {
        Assert.Equal("partition", tags[0].Key);
        if (Equals(tags[0].Value, partition))
        {
            lock (_gate)
            {
                _sums[instrument.Name] = _sums.GetValueOrDefault(instrument.Name) + value;
            }
        }
    }
}

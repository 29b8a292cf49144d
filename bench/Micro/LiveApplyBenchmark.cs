using Analytics.Bench.Stages;
using Analytics.Grains.Columns;
using Analytics.Grains.Live;
using Analytics.Grains.Tables;
using Analytics.Silo.Ingest.Decode;
using BenchmarkDotNet.Attributes;

namespace Analytics.Bench.Micro;

/// <summary>Step 5: a batch into the live state. Users and sessions have too many values to be counted one by one, the other texts are.</summary>
public class LiveApplyBenchmark
{
    private readonly LiveMetric _live = new();
    private readonly TablePlan _plan = new([], 500, []);
    private readonly BatchRows _rows;

    /// <summary>Decodes a batch.</summary>
    public LiveApplyBenchmark()
    {
        var chunkId = 0L;
        _rows = new BatchRows(StageMessages.Decode(StageMessages.NewDecoder(), StageMessages.Make(1), new PrecedingOffsets(1, 0), ref chunkId, 0)[0], null);
    }

    /// <summary>A batch.</summary>
    [Benchmark(OperationsPerInvoke = StageMessages.ChunkMessages)]
    public long Apply()
    {
        _live.Apply(_rows, _plan);
        return _live.Total;
    }
}

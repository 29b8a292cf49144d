using Analytics.Bench.Stages;
using Analytics.Grains.Columns;
using Analytics.Grains.Live;
using Analytics.Grains.Tables;
using Analytics.Silo.Ingest.Decode;
using BenchmarkDotNet.Attributes;

namespace Analytics.Bench.Micro;

/// <summary>Step 7: sixteen batches into one Native block of 65,536 rows.</summary>
public class BlockWriterBenchmark
{
    private const int Chunks = 16;

    private readonly NativeBlockWriter _writer = NativeBlockWriter.Rent();
    private readonly TablePlan _plan = new([], 500, []);
    private readonly BatchRows[] _rows;

    /// <summary>Decodes the batches, and plans the columns by taking them into a live state.</summary>
    public BlockWriterBenchmark()
    {
        var chunkId = 0L;
        var batches = StageMessages.Decode(StageMessages.NewDecoder(), StageMessages.Make(Chunks), new PrecedingOffsets(1, 0), ref chunkId, 0);
        _rows = Array.ConvertAll(batches, batch => new BatchRows(batch, null));
        var live = new LiveMetric();
        foreach (var rows in _rows)
        {
            live.Apply(rows, _plan);
        }
    }

    /// <summary>A block.</summary>
    [Benchmark(OperationsPerInvoke = Chunks * StageMessages.ChunkMessages)]
    public int Write()
    {
        _writer.Write(_rows, _plan.Columns, 1_800_000_000);
        return _writer.Written.Length;
    }
}

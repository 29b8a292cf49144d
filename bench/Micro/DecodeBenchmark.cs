using Analytics.Bench.Stages;
using Analytics.Silo.Ingest.Decode;
using Analytics.Silo.Log;
using BenchmarkDotNet.Attributes;

namespace Analytics.Bench.Micro;

/// <summary>Step 3: bytes of messages into columns, and the columns into a batch. 137-byte objects, one a message.</summary>
public class DecodeBenchmark
{
    private readonly ChunkDecoder _decoder = StageMessages.NewDecoder();
    private readonly PrecedingOffsets _preceding = new(1, 0);
    private readonly LogEntry[] _messages = StageMessages.Make(1)[0];
    private long _chunkId;

    /// <summary>A chunk of messages.</summary>
    [Benchmark(OperationsPerInvoke = StageMessages.ChunkMessages)]
    public object Decode()
    {
        foreach (var message in _messages)
        {
            _decoder.Decode(message);
        }

        return _decoder.Finish(0, _chunkId++, _preceding);
    }
}

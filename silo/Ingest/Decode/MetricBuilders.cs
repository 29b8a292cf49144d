using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using Analytics.GrainInterfaces.Names;

namespace Analytics.Silo.Ingest.Decode;

/// <summary>The builders of the metrics a partition has, found by the bytes of their names. A cache: idle and oversized ones are dropped.</summary>
internal sealed class MetricBuilders
{
    // Idle builders are looked for this often; one idle for as long goes.
    private const int IdleChunksMax = 256;

    // 13,643 metrics on one partition stay; beyond this only those in use do.
    private const int BuildersMax = 32_768;

    // A metric with more names than any table has columns sends a name per event: start over.
    private const int NamesMax = 4096;

    // Space kept between chunks. 13,643 metrics of 8 fields take about 45 MB when few rows come at a time.
    private const long RetainedBytesMax = 64 * 1024 * 1024;

    private readonly List<MetricBuilder> _builders = [];
    private readonly List<MetricBuilder> _entered = [];
    private readonly ByteKeys _keys = new();
    private readonly byte[] _key = new byte[ProjectName.BytesMax + 1 + FieldName.BytesMax];
    private MetricBuilder? _latest;
    private long _retainedBytes;

    // Starts at 1: 0 marks a builder that must go.
    private long _chunk = 1;

    /// <summary>Number of builders kept.</summary>
    public int Count => _builders.Count;

    /// <summary>Bytes they keep, as of the last chunk.</summary>
    public long RetainedBytes => _retainedBytes;

    /// <summary>The builder of a metric, when there is one.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryGet(ReadOnlySpan<byte> project, ReadOnlySpan<byte> metric, [NotNullWhen(true)] out MetricBuilder? builder)
    {
        builder = _latest;
        return (builder is not null && metric.SequenceEqual(builder.MetricUtf8) && project.SequenceEqual(builder.ProjectUtf8))
            || TryFind(project, metric, out builder);
    }

    /// <summary>Makes the builder of a metric that has none; both names are valid.</summary>
    public MetricBuilder Add(ReadOnlySpan<byte> project, ReadOnlySpan<byte> metric)
    {
        _latest = new MetricBuilder(project, metric);
        _builders.Add(_latest);
        _keys.Add(Key(project, metric));
        return _latest;
    }

    /// <summary>Notes that an event of this metric begins: the builder is in use in this chunk, whatever becomes of the event.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Enter(MetricBuilder builder)
    {
        if (builder.LatestChunk != _chunk)
        {
            builder.LatestChunk = _chunk;
            _entered.Add(builder);
        }
    }

    /// <summary>Ends a chunk, whose rows were taken: drops builders that are idle or too much.</summary>
    public void EndChunk()
    {
        var hasOversized = false;
        foreach (var builder in _entered)
        {
            var size = builder.CapacityBytes;
            _retainedBytes += size - builder.CountedBytes;
            builder.CountedBytes = size;
            if (builder.Names.Count > NamesMax)
            {
                builder.LatestChunk = 0;
                hasOversized = true;
            }
        }

        _entered.Clear();
        var isOver = _retainedBytes > RetainedBytesMax || _builders.Count > BuildersMax;
        if (isOver || hasOversized || _chunk % IdleChunksMax == 0)
        {
            Keep(latestChunkMin: Math.Max(1, isOver ? _chunk : _chunk - IdleChunksMax));
        }

        if (_retainedBytes > RetainedBytesMax)
        {
            Keep(latestChunkMin: long.MaxValue);
        }

        _chunk++;
    }

    private bool TryFind(ReadOnlySpan<byte> project, ReadOnlySpan<byte> metric, [NotNullWhen(true)] out MetricBuilder? builder)
    {
        builder = null;
        if (project.Length > ProjectName.BytesMax || metric.Length > FieldName.BytesMax || project.Contains((byte)'/'))
        {
            // No valid name; and with a slash in the project the key would not say where it ends.
            return false;
        }

        var index = _keys.Find(Key(project, metric));
        if (index < 0)
        {
            return false;
        }

        builder = _latest = _builders[index];
        return true;
    }

    private ReadOnlySpan<byte> Key(ReadOnlySpan<byte> project, ReadOnlySpan<byte> metric)
    {
        project.CopyTo(_key);
        _key[project.Length] = (byte)'/';
        metric.CopyTo(_key.AsSpan(project.Length + 1));
        return _key.AsSpan(0, project.Length + 1 + metric.Length);
    }

    private void Keep(long latestChunkMin)
    {
        _builders.RemoveAll(builder => builder.LatestChunk < latestChunkMin);
        _keys.Clear();
        _latest = null;
        _retainedBytes = 0;
        foreach (var builder in _builders)
        {
            _keys.Add(Key(builder.ProjectUtf8, builder.MetricUtf8));
            _retainedBytes += builder.CountedBytes;
        }
    }
}

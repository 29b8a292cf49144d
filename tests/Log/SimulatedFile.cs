namespace Analytics.Tests.Log;

/// <summary>
/// A file in memory that knows which of its bytes would survive a power failure: those fsynced, and of the rest what chance wrote back.
/// </summary>
internal sealed class SimulatedFile
{
    private const int SectorBytes = 512;

    private readonly List<(long Position, byte[] Bytes)> _unsynced = [];
    private byte[] _cached = [];
    private byte[] _durable = [];

    public long LengthBytes => _cached.Length;

    public int Read(Span<byte> target, long position)
    {
        var bytes = (int)Math.Clamp(_cached.Length - position, 0, target.Length);
        _cached.AsSpan((int)Math.Min(position, _cached.Length), bytes).CopyTo(target);
        return bytes;
    }

    public void Write(ReadOnlySpan<byte> source, long position)
    {
        Put(ref _cached, source, position);
        _unsynced.Add((position, source.ToArray()));
    }

    /// <summary>A new length is durable at once: what matters here is lost data, and the log syncs after every cut.</summary>
    public void SetLength(long lengthBytes)
    {
        Array.Resize(ref _cached, (int)lengthBytes);
        Array.Resize(ref _durable, (int)Math.Min(lengthBytes, _durable.Length));
        _unsynced.RemoveAll(w => w.Position >= lengthBytes);
    }

    public void Sync()
    {
        foreach (var (position, bytes) in _unsynced)
        {
            Put(ref _durable, bytes, position);
        }

        _unsynced.Clear();
    }

    /// <summary>What Linux does: some of it reached the disk, the rest is forgotten, and the cache still shows all of it as if nothing were wrong.</summary>
    public void FailSync(Random random)
    {
        WriteBack(random);
        _unsynced.Clear();
    }

    /// <summary>The file after the power came back.</summary>
    public SimulatedFile AfterPowerFailure(Random random)
    {
        WriteBack(random);
        return new SimulatedFile { _cached = [.. _durable], _durable = [.. _durable] };
    }

    /// <summary>Sectors reach the disk in any order, or not; sometimes one tears.</summary>
    private void WriteBack(Random random)
    {
        var chance = random.Next(4) / 3.0;
        foreach (var (position, bytes) in _unsynced)
        {
            var start = 0;
            while (start < bytes.Length)
            {
                var end = (int)Math.Min(bytes.Length, ((position + start) / SectorBytes * SectorBytes) + SectorBytes - position);
                if (random.NextDouble() < chance)
                {
                    var torn = random.Next(20) == 0 ? random.Next(start, end) : end;
                    Put(ref _durable, bytes.AsSpan(start, torn - start), position + start);
                }

                start = end;
            }
        }
    }

    private static void Put(ref byte[] target, ReadOnlySpan<byte> source, long position)
    {
        if (target.Length < position + source.Length)
        {
            Array.Resize(ref target, (int)position + source.Length);
        }

        source.CopyTo(target.AsSpan((int)position));
    }
}

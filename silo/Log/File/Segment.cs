using System.Globalization;

namespace Analytics.Silo.Log.File;

/// <summary>What is known of one segment file. Guarded by the gate of its partition; only <see cref="Path"/> and <see cref="BaseOffset"/> never change.</summary>
internal sealed class Segment(string path, long baseOffset)
{
    private const string FileSuffix = ".segment";

    /// <summary>Bytes between two points of the index: 1,024 points in a segment of 64 MiB, and at most so much to skip when a reader opens.</summary>
    private const int IndexStepBytes = 64 * 1024;

    private readonly List<(long Offset, long Position)> _index = [];

    public string Path { get; } = path;

    /// <summary>Offset of the first record; the file's name.</summary>
    public long BaseOffset { get; } = baseOffset;

    /// <summary>Offset after the last durable record.</summary>
    public long NextOffset { get; set; } = baseOffset;

    /// <summary>Durable bytes; nothing beyond is ever read.</summary>
    public long DurableBytes { get; set; }

    /// <summary>Time of the last record; null when the file was never scanned in this process.</summary>
    public long? LastTimestampMs { get; set; }

    public static string FileName(long baseOffset) => baseOffset.ToString("D20", CultureInfo.InvariantCulture) + FileSuffix;

    public static bool TryParseFileName(string name, out long baseOffset)
    {
        baseOffset = 0;
        return name.Length == 20 + FileSuffix.Length
            && name.EndsWith(FileSuffix, StringComparison.Ordinal)
            && long.TryParse(name.AsSpan(0, 20), NumberStyles.None, CultureInfo.InvariantCulture, out baseOffset);
    }

    /// <summary>Remembers where a record begins, when the last point remembered is far enough away.</summary>
    public void Index(long offset, long position)
    {
        var last = _index.Count == 0 ? 0 : _index[^1].Position;
        if (position - last >= IndexStepBytes)
        {
            _index.Add((offset, position));
        }
    }

    /// <summary>The best known record at or before an offset: where to start looking for it.</summary>
    public (long Offset, long Position) StartFor(long offset)
    {
        var low = 0;
        var high = _index.Count;
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (_index[middle].Offset <= offset)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }

        return low == 0 ? (BaseOffset, 0) : _index[low - 1];
    }
}

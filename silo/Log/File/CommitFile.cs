// The committed offset of a partition, in two slots 4,096 bytes apart:
//
//   file = slot  4080*byte  slot
//   slot = next-offset:i64  check:u32  unused:u32      (little-endian; check = CRC-32C of next-offset)
//
// A commit overwrites the slot with the lower value and fsyncs. A torn write can spoil only that slot, in a disk sector of its own: the
// previous value remains. The offset only grows, so the higher intact slot is the current one and no sequence number is needed.
using System.Buffers.Binary;
using Analytics.Grains.Checksums;

namespace Analytics.Silo.Log.File;

/// <summary>Remembers the committed offset of one partition. Safe to call from any thread.</summary>
internal sealed class CommitFile : IDisposable
{
    public const string FileName = "committed";

    private const int SlotDistanceBytes = 4096;
    private const int SlotBytes = 16;

    private readonly ILogDisk _disk;
    private readonly string _path;
    private readonly Lock _gate = new();
    private ILogFile? _file;
    private long _nextOffset;
    private int _freeSlot;
    private bool _closed;

    private CommitFile(ILogDisk disk, string path)
    {
        _disk = disk;
        _path = path;
    }

    /// <summary>The committed offset as it is on disk.</summary>
    public long NextOffset => Volatile.Read(ref _nextOffset);

    /// <summary>Opens or makes the file.</summary>
    /// <param name="disk">The file system.</param>
    /// <param name="directory">Folder of the partition.</param>
    /// <param name="unreadable">True when the file has content and no slot is intact: nothing is known to be committed then.</param>
    public static CommitFile Open(ILogDisk disk, string directory, out bool unreadable)
    {
        var commits = new CommitFile(disk, Path.Combine(directory, FileName));
        unreadable = false;
        if (disk.Exists(commits._path))
        {
            commits._file = disk.OpenWrite(commits._path);
            try
            {
                unreadable = !commits.Load();
            }
            catch
            {
                commits.Dispose();
                throw;
            }
        }
        else
        {
            commits._file = disk.Create(commits._path);
            disk.SyncDirectory(directory);
        }

        return commits;
    }

    /// <summary>The committed offset, without touching the file; 0 when there is none or no slot of it is intact.</summary>
    /// <param name="disk">The file system.</param>
    /// <param name="directory">Folder of the partition.</param>
    public static long Peek(ILogDisk disk, string directory)
    {
        var path = Path.Combine(directory, FileName);
        if (!disk.Exists(path))
        {
            return 0;
        }

        using var file = disk.OpenRead(path);
        return Math.Max(0, Math.Max(ReadSlot(file, 0), ReadSlot(file, 1)));
    }

    /// <summary>Writes a higher offset durably; a lower one is ignored.</summary>
    public void Write(long nextOffset)
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_closed, this);
            if (nextOffset <= _nextOffset)
            {
                return;
            }

            try
            {
                _file ??= _disk.OpenWrite(_path);
                WriteSlot(_file, _freeSlot, nextOffset);
            }
            catch
            {
                // What the failed slot holds is unknown; the next commit writes the same one again, through a new handle.
                _file?.Dispose();
                _file = null;
                throw;
            }

            _freeSlot = 1 - _freeSlot;
            Volatile.Write(ref _nextOffset, nextOffset);
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _closed = true;
            _file?.Dispose();
            _file = null;
        }
    }

    private bool Load()
    {
        var first = ReadSlot(_file!, 0);
        var second = ReadSlot(_file!, 1);
        _nextOffset = Math.Max(0, Math.Max(first, second));
        _freeSlot = first > second ? 1 : 0;
        if (_nextOffset > 0)
        {
            // It may be in the page cache only, even after an fsync that failed in an earlier process. The same bytes again cannot tear.
            WriteSlot(_file!, 1 - _freeSlot, _nextOffset);
        }

        return first >= 0 || second >= 0 || _file!.LengthBytes == 0;
    }

    private static void WriteSlot(ILogFile file, int number, long nextOffset)
    {
        Span<byte> slot = stackalloc byte[SlotBytes];
        slot.Clear();
        BinaryPrimitives.WriteInt64LittleEndian(slot, nextOffset);
        BinaryPrimitives.WriteUInt32LittleEndian(slot[8..], Crc32C.Of(slot[..8]));
        file.Write(slot, number * SlotDistanceBytes);
        file.Sync();
    }

    /// <summary>-1 for a slot that was never written or is not intact.</summary>
    private static long ReadSlot(ILogFile file, int number)
    {
        Span<byte> slot = stackalloc byte[SlotBytes];
        var got = 0;
        while (got < SlotBytes)
        {
            var bytes = file.Read(slot[got..], (number * SlotDistanceBytes) + got);
            if (bytes == 0)
            {
                return -1;
            }

            got += bytes;
        }

        var intact = Crc32C.Of(slot[..8]) == BinaryPrimitives.ReadUInt32LittleEndian(slot[8..]);
        return intact ? BinaryPrimitives.ReadInt64LittleEndian(slot) : -1;
    }
}

using System.Collections.Concurrent;
using Analytics.Grains.ClickHouse;

namespace Analytics.Grains.Columns;

/// <summary>
/// Writes rows as one block of ClickHouse's Native format (revision 0): number of columns, number of rows, then for each column its name, its type
/// and its values.
/// Rent one, write, insert <see cref="Written"/>, return it.
/// </summary>
/// <remarks>Not safe for concurrent use. The buffer belongs to the writer and is reused: <see cref="Written"/> ends with the next write or the
/// return.</remarks>
public sealed class NativeBlockWriter
{
    /// <summary>Rows of a block at most. ClickHouse takes a Native block whole and makes one part of it, whatever its size (seen up to 2 million rows);
    /// a message's events of a metric must not be parted, so the bound only stops what memory could not hold.</summary>
    public const int RowsMax = 50_000_000;

    /// <summary>Writers kept for later: more inserts than this are not encoded at once on a small machine.</summary>
    private const int PooledMax = 8;

    /// <summary>Bytes all kept writers may hold together: a busy metric's block or two. Beyond it a returned one is let go.</summary>
    private const long PooledBytesMax = 192 * 1024 * 1024;

    // A nullable column's byte a row, the position and the times: what a row takes besides its batch's bytes.
    private const int RowBytes = 32;

    /// <summary>Extra values (24 bytes each) and fields of batches (4 bytes each) a kept writer has room for.</summary>
    private const int PooledScratchMax = 256 * 1024;

    private static readonly ConcurrentBag<NativeBlockWriter> Pool = [];
    private static int _pooledCount;
    private static long _pooledBytes;

    private readonly NativeBuffer _buffer = new();
    private readonly ExtraValues _extras = new();
    private readonly BlockRows _rows = new();
    private readonly FieldMap _fields = new();

    private NativeBlockWriter()
    {
    }

    /// <summary>The block, valid until the next call.</summary>
    public ReadOnlyMemory<byte> Written => _buffer.Written;

    /// <summary>Rows in the block.</summary>
    public int Rows => _rows.Count;

    /// <summary>Names of the block's columns in its order, for <see cref="InsertBlock.Columns"/>.</summary>
    public IReadOnlyList<string> ColumnNames { get; private set; } = [];

    /// <summary>Values of the block that no column could take.</summary>
    public int ExtraCount => _extras.Count;

    /// <summary>Takes a writer from the pool, or a new one.</summary>
    public static NativeBlockWriter Rent()
    {
        if (!Pool.TryTake(out var writer))
        {
            return new NativeBlockWriter();
        }

        Interlocked.Decrement(ref _pooledCount);
        Interlocked.Add(ref _pooledBytes, -writer._buffer.Capacity);
        return writer;
    }

    /// <summary>Gives the writer back; it must not be used afterwards.</summary>
    public void Return()
    {
        Clear();
        _extras.Trim(PooledScratchMax);
        _fields.Trim(PooledScratchMax);
        var bytes = Interlocked.Add(ref _pooledBytes, _buffer.Capacity);
        if (Interlocked.Increment(ref _pooledCount) <= PooledMax && bytes <= PooledBytesMax)
        {
            Pool.Add(this);
        }
        else
        {
            Interlocked.Decrement(ref _pooledCount);
            Interlocked.Add(ref _pooledBytes, -_buffer.Capacity);
        }
    }

    /// <summary>Encodes the rows; what was in the writer before is gone.</summary>
    /// <param name="batches">The rows, 1 to <see cref="RowsMax"/> in all.</param>
    /// <param name="columns">The table's field columns, none with a fixed column's name, no name twice.</param>
    /// <param name="insertedSeconds">UTC seconds since 1970 of the insert, the same for every row.</param>
    /// <exception cref="ArgumentException">Rows or columns are not as described.</exception>
    /// <exception cref="InvalidOperationException">A time is outside of what DateTime64(3) holds: the decoder lets none through.</exception>
    public void Write(IReadOnlyList<BatchRows> batches, IReadOnlyList<TableColumn> columns, uint insertedSeconds)
    {
        Clear();
        _rows.Fill(batches, RowsMax);
        _buffer.Reserve(batches.Sum(static rows => rows.Batch.SizeBytes) + ((long)RowBytes * Rows));
        _fields.Fill(_rows.Slices, columns, _extras);
        var names = new string[FixedColumns.All.Count + columns.Count];
        _buffer.WriteVarUInt((uint)names.Length);
        _buffer.WriteVarUInt((uint)Rows);
        for (var i = 0; i < FixedColumns.All.Count - 1; i++)
        {
            names[i] = WriteFixed(FixedColumns.All[i], insertedSeconds);
        }

        for (var i = 0; i < columns.Count; i++)
        {
            names[FixedColumns.All.Count - 1 + i] = columns[i].Name;
            WriteField(columns[i], _fields.OfColumn(i));
        }

        // Last, because only now is known what the other columns did not take.
        var extra = FixedColumns.All[^1];
        names[^1] = extra.Name;
        WriteHead(extra.Name, extra.Sql);
        _extras.Write(_buffer, _rows.Slices, Rows);
        ColumnNames = names;
    }

    private void Clear()
    {
        _buffer.Clear();
        _extras.Clear();
        _rows.Clear();
        ColumnNames = [];
    }

    private string WriteFixed((string Name, string Sql) column, uint insertedSeconds)
    {
        WriteHead(column.Name, column.Sql);
        var slices = _rows.Slices;
        switch (column.Name)
        {
            case FixedColumns.Time:
                FixedColumnEncoder.WriteTimes(_buffer, slices, Rows);
                break;
            case FixedColumns.Id:
                FixedColumnEncoder.WriteIds(_buffer, slices);
                break;
            case FixedColumns.Received:
                FixedColumnEncoder.WriteReceived(_buffer, slices, Rows);
                break;
            case FixedColumns.Partition:
                FixedColumnEncoder.WritePartitions(_buffer, slices, Rows);
                break;
            case FixedColumns.Offset:
                FixedColumnEncoder.WriteOffsets(_buffer, slices, Rows);
                break;
            case FixedColumns.Sequence:
                FixedColumnEncoder.WriteSequences(_buffer, slices, Rows);
                break;
            default:
                FixedColumnEncoder.WriteInserted(_buffer, Rows, insertedSeconds);
                break;
        }

        return column.Name;
    }

    private void WriteField(TableColumn column, ReadOnlySpan<int> fields)
    {
        WriteHead(column.Name, column.Type.ToBlock());
        switch (column.Type)
        {
            case ColumnType.String or ColumnType.LowCardinalityString:
                TextEncoder.Write(_buffer, _rows.Slices, fields, Rows, _extras);
                break;
            case >= ColumnType.ArrayBool:
                ArrayEncoder.Write(_buffer, _rows.Slices, fields, Rows, column.Type, _extras);
                break;
            default:
                ScalarEncoder.Write(_buffer, _rows.Slices, fields, Rows, column.Type, _extras);
                break;
        }
    }

    private void WriteHead(string name, string type)
    {
        _buffer.WriteString(name);
        _buffer.WriteString(type);
    }
}

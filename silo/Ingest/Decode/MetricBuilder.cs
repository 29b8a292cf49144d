using System.Text;
using Analytics.GrainInterfaces;
using Analytics.GrainInterfaces.Batches;
using Analytics.Grains.Columns;

namespace Analytics.Silo.Ingest.Decode;

/// <summary>
/// Collects the rows of one metric. A row is begun, gets its values, and is then ended or cancelled; a cancelled row leaves nothing behind
/// but the names of its fields, which cost space and have no effect.
/// </summary>
internal sealed class MetricBuilder
{
    private const int InitialCapacity = 4;

    private readonly string _project;
    private readonly string _metric;
    private long[] _times = new long[InitialCapacity];
    private long[] _received = new long[InitialCapacity];
    private long[] _offsets = new long[InitialCapacity];
    private int[] _sequences = new int[InitialCapacity];
    private int[] _idEnds = new int[InitialCapacity];
    private ByteBuffer _idHeap = new(0);

    // By index of the field's name; a name without a value so far has no column.
    private ColumnBuilder?[] _columns = new ColumnBuilder?[8];

    // Fields with values, in order of the first one; those from _orderMark on began in the current row.
    private int[] _order = new int[8];
    private int _orderCount;
    private int _orderMark;

    // Fields the current row has values for: what a cancel takes back.
    private int[] _touched = new int[8];
    private int _touchedCount;

    /// <summary>Starts without rows.</summary>
    public MetricBuilder(ReadOnlySpan<byte> project, ReadOnlySpan<byte> metric)
    {
        _project = Encoding.UTF8.GetString(project);
        _metric = Encoding.UTF8.GetString(metric);
        Key = MetricKey.Of(_project, _metric);
        ProjectUtf8 = project.ToArray();
        MetricUtf8 = metric.ToArray();
    }

    /// <summary>The metric's key, <c>project/metric</c>.</summary>
    public string Key { get; }

    /// <summary>The project's bytes, to compare with.</summary>
    public byte[] ProjectUtf8 { get; }

    /// <summary>The metric's bytes, to compare with.</summary>
    public byte[] MetricUtf8 { get; }

    /// <summary>The names of the metric's fields.</summary>
    public FieldNames Names { get; } = new();

    /// <summary>Number of ended rows.</summary>
    public int Count { get; private set; }

    /// <summary>The offset of the last row.</summary>
    public long LastOffset => _offsets[Count - 1];

    /// <summary>Number of the latest chunk an event of it began in; kept by its owner.</summary>
    public long LatestChunk { get; set; }

    /// <summary>What its owner has counted for it; kept by its owner.</summary>
    public long CountedBytes { get; set; }

    /// <summary>Bytes held in arrays, the objects estimated.</summary>
    public long CapacityBytes
    {
        get
        {
            var size = 400 + (36L * _times.Length) + _idHeap.Capacity + (8 * _columns.Length) + (8 * _order.Length) + Names.CapacityBytes;
            foreach (var column in _columns)
            {
                size += column?.CapacityBytes ?? 0;
            }

            return size;
        }
    }

    /// <summary>Begins a row.</summary>
    public void BeginRow()
    {
        Names.BeginEvent();
        _touchedCount = 0;
        _orderMark = _orderCount;
    }

    /// <summary>Adds a value that fits a word to the current row.</summary>
    public void Add(int field, FieldKind kind, long bits) => Touch(field).Add(Count, kind, bits);

    /// <summary>Adds a value that lies in the heap to the current row.</summary>
    public void Add(int field, FieldKind kind, ReadOnlySpan<byte> bytes) => Touch(field).Add(Count, kind, bytes);

    /// <summary>Ends the current row.</summary>
    public void EndRow(long timeMs, long receivedMs, long offset, int sequence, ReadOnlySpan<byte> id)
    {
        var row = Count;
        if (row == _times.Length)
        {
            GrowRows();
        }

        _times[row] = timeMs;
        _received[row] = receivedMs;
        _offsets[row] = offset;
        _sequences[row] = sequence;
        if (!id.IsEmpty)
        {
            _idHeap.Append(id);
        }

        _idEnds[row] = _idHeap.Length;
        Count = row + 1;
    }

    /// <summary>Takes back every value of the current row.</summary>
    public void CancelRow()
    {
        for (var i = 0; i < _touchedCount; i++)
        {
            _columns[_touched[i]]!.RemoveLast();
        }

        _touchedCount = 0;
        _orderCount = _orderMark;
    }

    /// <summary>The rows as a batch; the builder is empty afterwards.</summary>
    public EventBatch Take(BatchOrigin origin)
    {
        var fields = new FieldColumn[_orderCount];
        for (var i = 0; i < fields.Length; i++)
        {
            fields[i] = _columns[_order[i]]!.Take(Count);
        }

        var hasIds = _idHeap.Length > 0;
        var batch = new EventBatch
        {
            Project = _project,
            Metric = _metric,
            Key = Key,
            Origin = origin,
            Times = Exact.CopyOf(_times.AsSpan(0, Count)),
            Received = Exact.CopyOf(_received.AsSpan(0, Count)),
            Offsets = Exact.CopyOf(_offsets.AsSpan(0, Count)),
            Sequences = Exact.CopyOf(_sequences.AsSpan(0, Count)),
            IdEnds = hasIds ? Exact.CopyOf(_idEnds.AsSpan(0, Count)) : null,
            IdHeap = hasIds ? Exact.CopyOf(_idHeap.Written) : null,
            Fields = fields,
        };
        Count = 0;
        _orderCount = 0;
        _idHeap.Length = 0;
        return batch;
    }

    private ColumnBuilder Touch(int field)
    {
        if (field >= _columns.Length)
        {
            Array.Resize(ref _columns, Math.Max(field + 1, _columns.Length * 2));
        }

        var column = _columns[field] ??= new ColumnBuilder(Encoding.UTF8.GetString(Names[field]));
        if (column.Count == 0)
        {
            Push(ref _order, ref _orderCount, field);
        }

        Push(ref _touched, ref _touchedCount, field);
        return column;
    }

    private static void Push(ref int[] list, ref int count, int value)
    {
        if (count == list.Length)
        {
            Array.Resize(ref list, count * 2);
        }

        list[count++] = value;
    }

    private void GrowRows()
    {
        var capacity = checked(Count * 2);
        Array.Resize(ref _times, capacity);
        Array.Resize(ref _received, capacity);
        Array.Resize(ref _offsets, capacity);
        Array.Resize(ref _sequences, capacity);
        Array.Resize(ref _idEnds, capacity);
    }
}

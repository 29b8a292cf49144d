using System.Runtime.InteropServices;
using Analytics.GrainInterfaces.Batches;

namespace Analytics.Grains.Columns;

/// <summary>
/// Rows of one metric and one partition that are gathered while they wait. A batch of a row or two spends ten times its events' bytes on objects, and
/// quiet metrics, of which there are thousands, wait for minutes with hundreds of them: copied here, those objects die young.
/// </summary>
/// <param name="partition">The rows' partition.</param>
internal sealed class OpenBatch(int partition)
{
    // The object, its arrays' heads and the list of columns.
    private const int ObjectBytes = 320;

    // Fields up to which a name is looked for among them.
    private const int FewFields = 16;

    private readonly List<ColumnBuilder> _columns = [];
    private readonly List<long> _times = [];
    private readonly List<long> _received = [];
    private readonly List<long> _offsets = [];
    private readonly List<int> _sequences = [];
    private Dictionary<string, int>? _indexes;
    private List<int>? _idEnds;
    private ByteBuffer _ids = new(0);
    private EventBatch? _last;
    private long _columnBytes;

    /// <summary>The rows' partition.</summary>
    public int Partition => partition;

    /// <summary>Number of rows.</summary>
    public int Count => _times.Count;

    /// <summary>Bytes held.</summary>
    public long SizeBytes => ObjectBytes + _columnBytes + (28L * _times.Capacity) + (4L * (_idEnds?.Capacity ?? 0)) + _ids.Capacity;

    /// <summary>Copies a batch's kept rows.</summary>
    /// <param name="rows">Of the same metric and partition, one row at least.</param>
    public void Add(BatchRows rows)
    {
        var batch = rows.Batch;
        var firstRow = Count;
        for (var i = 0; i < rows.Count; i++)
        {
            var from = rows.RowAt(i);
            _times.Add(batch.Times[from]);
            _received.Add(batch.Received[from]);
            _offsets.Add(batch.Offsets[from]);
            _sequences.Add(batch.Sequences[from]);
        }

        AddIds(rows, firstRow);
        for (var i = 0; i < batch.Fields.Length; i++)
        {
            var builder = Builder(i, batch.Fields[i].Name);
            var before = builder.CapacityBytes;
            ColumnJoin.Add(builder, batch.Fields[i], rows.Rows, firstRow);
            _columnBytes += builder.CapacityBytes - before;
        }

        _last = batch;
    }

    /// <summary>The rows as one batch, with the origin of the last one added; nothing can be added afterwards.</summary>
    public BatchRows Close() => new(
        new EventBatch
        {
            Project = _last!.Project,
            Metric = _last.Metric,
            Origin = _last.Origin,
            Times = Copy(_times),
            Received = Copy(_received),
            Offsets = Copy(_offsets),
            Sequences = Copy(_sequences),
            IdEnds = _idEnds is null ? null : Copy(_idEnds),
            IdHeap = _idEnds is null ? null : Exact.CopyOf<byte>(_ids.Written),
            Fields = [.. _columns.Where(column => column.Count > 0).Select(column => column.Take(Count))],
        },
        null);

    private static T[] Copy<T>(List<T> values)
        where T : unmanaged => Exact.CopyOf<T>(CollectionsMarshal.AsSpan(values));

    private void AddIds(BatchRows rows, int firstRow)
    {
        if (_idEnds is null)
        {
            if (rows.Batch.IdEnds is null)
            {
                return;
            }

            _idEnds = [.. Enumerable.Repeat(0, firstRow)];
        }

        for (var i = 0; i < rows.Count; i++)
        {
            _ids.Append(rows.Batch.IdAt(rows.RowAt(i)));
            _idEnds.Add(_ids.Length);
        }
    }

    // A metric's events have the same fields in the same order, mostly.
    private ColumnBuilder Builder(int position, string name)
    {
        if (position < _columns.Count && _columns[position].Name == name)
        {
            return _columns[position];
        }

        var index = IndexOf(name);
        if (index < 0)
        {
            index = _columns.Count;
            _columns.Add(new ColumnBuilder(name));
            _columnBytes += _columns[^1].CapacityBytes;
            _indexes?.Add(name, index);
        }

        return _columns[index];
    }

    private int IndexOf(string name)
    {
        if (_columns.Count <= FewFields)
        {
            return _columns.FindIndex(column => column.Name == name);
        }

        if (_indexes is null)
        {
            _indexes = new Dictionary<string, int>(StringComparer.Ordinal);
            for (var i = 0; i < _columns.Count; i++)
            {
                _indexes[_columns[i].Name] = i;
            }
        }

        return _indexes.GetValueOrDefault(name, -1);
    }
}

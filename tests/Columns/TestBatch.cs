using System.Text;
using Analytics.GrainInterfaces.Batches;

namespace Analytics.Tests.Columns;

/// <summary>Builds an <see cref="EventBatch"/> from rows of named values.</summary>
internal sealed class TestBatch(int partition = 0)
{
    public List<TestRow> Rows { get; } = [];

    /// <summary>Adds an event; times default to second <c>offset</c> of 2026.</summary>
    public TestBatch Add(params (string Name, TestValue Value)[] fields) =>
        Add(new TestRow { Offset = Rows.Count, Fields = fields.ToDictionary(field => field.Name, field => field.Value) });

    public TestBatch Add(TestRow row)
    {
        Rows.Add(row);
        return this;
    }

    public EventBatch Build()
    {
        var ids = Rows.Select(row => Encoding.UTF8.GetBytes(row.Id)).ToArray();
        var hasIds = ids.Any(id => id.Length > 0);
        var end = 0;
        return new EventBatch
        {
            Project = "p",
            Metric = "m",
            Origin = new BatchOrigin(partition, 1, 0, -1, 1, 0),
            Times = [.. Rows.Select(row => row.Time)],
            Received = [.. Rows.Select(row => row.Received)],
            Offsets = [.. Rows.Select(row => row.Offset)],
            Sequences = [.. Rows.Select(row => row.Sequence)],
            IdEnds = hasIds ? [.. ids.Select(id => end += id.Length)] : null,
            IdHeap = hasIds ? [.. ids.SelectMany(id => id)] : null,
            Fields = [.. Rows.SelectMany(row => row.Fields.Keys).Distinct().Select(BuildField)],
        };
    }

    private FieldColumn BuildField(string name)
    {
        var rows = Enumerable.Range(0, Rows.Count).Where(row => Rows[row].Fields.ContainsKey(name)).ToArray();
        var values = rows.Select(row => Rows[row].Fields[name]).ToArray();
        var kinds = values.Select(value => value.Kind).ToArray();
        var isMixed = kinds.Distinct().Count() > 1;
        var heap = new MemoryStream();
        return new FieldColumn
        {
            Name = name,
            Kind = isMixed ? FieldKind.Mixed : kinds[0],
            Kinds = isMixed ? kinds : null,
            Rows = rows.Length == Rows.Count ? null : rows,
            Bits = [.. values.Select(value => value.Encode(heap))],
            Heap = heap.ToArray(),
        };
    }
}

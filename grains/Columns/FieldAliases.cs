using Analytics.GrainInterfaces.Batches;

namespace Analytics.Grains.Columns;

/// <summary>Gives fields that go by another name now the name of their column.</summary>
internal static class FieldAliases
{
    /// <summary>The batch with its fields renamed; the batch itself where none has to be.</summary>
    /// <param name="batch">The batch; it is not changed.</param>
    /// <param name="aliases">Columns by the fields' names in events.</param>
    /// <returns>A batch of the same rows. Where an event has a field by both names, the value by the other name stays under that name.</returns>
    public static EventBatch Apply(EventBatch batch, IReadOnlyDictionary<string, string> aliases)
    {
        if (aliases.Count == 0 || !batch.Fields.Any(field => aliases.ContainsKey(field.Name)))
        {
            return batch;
        }

        var fields = batch.Fields.Where(field => !aliases.ContainsKey(field.Name)).ToList();
        foreach (var field in batch.Fields)
        {
            if (aliases.TryGetValue(field.Name, out var name))
            {
                Add(fields, field, name, batch.Count);
            }
        }

        return batch.With([.. fields]);
    }

    private static void Add(List<FieldColumn> fields, FieldColumn field, string name, int rowCount)
    {
        var index = fields.FindIndex(other => other.Name == name);
        if (index < 0)
        {
            fields.Add(Renamed(field, name));
            return;
        }

        var (joined, left) = Join(fields[index], field, rowCount);
        fields[index] = joined;
        if (left is not null)
        {
            fields.Add(left);
        }
    }

    private static FieldColumn Renamed(FieldColumn field, string name) => new()
    {
        Name = name,
        Kind = field.Kind,
        Kinds = field.Kinds,
        Rows = field.Rows,
        Bits = field.Bits,
        Heap = field.Heap,
    };

    private static (FieldColumn Joined, FieldColumn? Left) Join(FieldColumn own, FieldColumn other, int rowCount)
    {
        var joined = new ColumnBuilder(own.Name);
        var left = new ColumnBuilder(other.Name);
        var (i, j) = (0, 0);
        while (i < own.Count || j < other.Count)
        {
            var ownRow = i < own.Count ? own.RowAt(i) : int.MaxValue;
            var otherRow = j < other.Count ? other.RowAt(j) : int.MaxValue;
            if (ownRow <= otherRow)
            {
                ColumnJoin.AddValue(joined, ownRow, own, i++);
            }
            else
            {
                ColumnJoin.AddValue(joined, otherRow, other, j++);
            }

            if (ownRow == otherRow)
            {
                ColumnJoin.AddValue(left, otherRow, other, j++);
            }
        }

        return (joined.Take(rowCount), left.Count > 0 ? left.Take(rowCount) : null);
    }
}

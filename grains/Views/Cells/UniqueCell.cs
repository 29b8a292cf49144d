using Analytics.GrainInterfaces.Batches;
using Analytics.GrainInterfaces.Live;
using Analytics.GrainInterfaces.Views;
using Analytics.Grains.ClickHouse;
using Analytics.Grains.Columns;
using Analytics.Grains.Live.Rebuild;
using Analytics.Grains.Live.Sketches;

namespace Analytics.Grains.Views.Cells;

/// <summary>How many different values there are: by their hashes while there are few, by a sketch beyond.</summary>
internal sealed class UniqueCell : ViewCell
{
    /// <summary>Different values up to which they are counted exactly: two kilobytes of hashes, half of a sketch.</summary>
    public const int ExactMax = 256;

    private HashSet<ulong>? _hashes = [];
    private UniqueSketch? _sketch;

    /// <inheritdoc />
    public override void Add(FieldColumn column, int index, ColumnType type) => Add(type switch
    {
        ColumnType.Int64 => ValueHash.Of(column.Bits[index]),
        ColumnType.Float64 => ValueHash.Of(NumberAt(column, index)),
        ColumnType.Bool => ValueHash.Of(column.Bits[index] != 0 ? "true"u8 : "false"u8),
        ColumnType.DateTime => ColumnFit.TryDateTime(column, index, out var timeMs) ? ValueHash.Of(timeMs) : 0,
        _ => ValueHash.Of(column.BytesAt(index)),
    });

    /// <inheritdoc />
    public override void Add(ViewCell other)
    {
        var unique = (UniqueCell)other;
        if (unique._sketch is { } sketch)
        {
            Sketch().Merge(sketch);
            return;
        }

        foreach (var hash in unique._hashes!)
        {
            Add(hash);
        }
    }

    /// <summary>Hashes, as long as there are few, and registers.</summary>
    /// <param name="column">The quoted column name.</param>
    /// <param name="type">Its type, no array.</param>
    public static IEnumerable<string> StoredSql(string column, ColumnType type)
    {
        var hash = SketchSql.Hash(SketchSql.Key(column, type), type);
        return
        [
            $"groupUniqArrayIf({ExactMax + 1})({hash}, isNotNull({column}))",
            $"maxMapIf([{SketchSql.Register(hash)}], [{SketchSql.RegisterRank(hash)}], isNotNull({column}))",
        ];
    }

    /// <inheritdoc />
    public override void AddStored(ref RowBinaryReader reader, ColumnType type)
    {
        var hashes = new ulong[reader.ReadLength()];
        for (var i = 0; i < hashes.Length; i++)
        {
            hashes[i] = reader.ReadUInt64();
        }

        var registers = new ushort[reader.ReadLength()];
        for (var i = 0; i < registers.Length; i++)
        {
            registers[i] = reader.ReadUInt16();
        }

        var ranks = reader.ReadLength();
        for (var i = 0; i < ranks; i++)
        {
            var rank = reader.ReadByte();
            if (hashes.Length > ExactMax)
            {
                Sketch().Merge(registers[i], rank);
            }
        }

        foreach (var hash in hashes.Length > ExactMax ? [] : hashes)
        {
            Add(hash);
        }
    }

    /// <inheritdoc />
    public override JsonScalar? Show(ViewAggregateKind kind, ColumnType type) => JsonScalar.Of((Int128)(_hashes?.Count ?? _sketch!.Estimate()));

    private void Add(ulong hash)
    {
        if (_hashes is null)
        {
            _sketch!.Add(hash);
        }
        else if (_hashes.Add(hash) && _hashes.Count > ExactMax)
        {
            Sketch();
        }
    }

    private UniqueSketch Sketch()
    {
        if (_sketch is null)
        {
            _sketch = new UniqueSketch();
            foreach (var hash in _hashes!)
            {
                _sketch.Add(hash);
            }

            _hashes = null;
        }

        return _sketch;
    }
}

using System.Text;
using Analytics.GrainInterfaces.Batches;
using Analytics.Grains.ClickHouse;
using Analytics.Grains.Columns;
using Analytics.Grains.Live;

namespace Analytics.Grains.Tables;

/// <summary>
/// The columns a table is to have: decided in memory the moment a batch brings a new field, made true by DDL before the batch is inserted.
/// Knows nothing of the table itself; the same decisions route values to live state and to columns.
/// </summary>
internal sealed class TablePlan
{
    // Bytes of all columns' definitions at most: the engine refuses a table whose whole definition is longer than its longest statement, 262,144 bytes.
    private const int DefinitionBytesMax = 224 * 1024;

    // What a column takes besides its quoted name: the longest type, spaces, a comma.
    private const int DefinitionBytes = 48;

    private readonly int _columnsMax;
    private readonly Func<string, bool> _hasManyValues;
    private readonly Dictionary<string, string> _withoutColumn = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _indexByName = new(StringComparer.Ordinal);
    private TableColumn[] _columns = [];
    private int _definitionBytes;

    /// <summary>A plan for a table that has these columns already, none for a new one.</summary>
    /// <param name="columns">In the table's order.</param>
    /// <param name="columnsMax">Columns of fields at most, <see cref="Configuration.LimitsOptions.ColumnsMax"/>.</param>
    /// <param name="foreignNames">Columns of the table that no field can use.</param>
    /// <param name="rules">What is decided for the fields; <see langword="null"/> for nothing.</param>
    /// <param name="hasManyValues">Whether a field of this name has had too many different texts for a dictionary in some table; <see langword="null"/> for none has.</param>
    public TablePlan(
        IEnumerable<TableColumn> columns, int columnsMax, IEnumerable<string> foreignNames, SchemaRules? rules = null, Func<string, bool>? hasManyValues = null)
    {
        _columnsMax = columnsMax;
        _hasManyValues = hasManyValues ?? (static _ => false);
        Rules = rules ?? SchemaRules.None;
        foreach (var column in columns)
        {
            Add(column);
        }

        foreach (var name in foreignNames)
        {
            _withoutColumn[name] = ExtraReason.ForeignColumn;
        }
    }

    /// <summary>The columns in the table's order. The list is never changed, only replaced: a block may keep it.</summary>
    public IReadOnlyList<TableColumn> Columns => _columns;

    /// <summary>What is decided for the fields.</summary>
    public SchemaRules Rules { get; private set; }

    /// <summary>Counts the changes made to this plan.</summary>
    public int Version { get; private set; }

    /// <summary>Counts the columns made for fields that had values without one before: empty arrays, which went to <c>_extra</c> and would now fit.</summary>
    public int LateColumnCount { get; private set; }

    /// <summary>Fields that were seen and have no column, with the reason.</summary>
    public IReadOnlyDictionary<string, string> WithoutColumn => _withoutColumn;

    /// <summary>The index of a field's column, or -1.</summary>
    public int IndexOf(string name) => _indexByName.GetValueOrDefault(name, -1);

    /// <summary>Why a field that has no column does not get one, whatever its values are; <see langword="null"/> when it may.</summary>
    public string? WhyNoColumn(string name) =>
        FixedColumns.Contains(name) || EngineNames.IsTaken(name) ? ExtraReason.ReservedName
        : _withoutColumn.GetValueOrDefault(name) == ExtraReason.ForeignColumn ? ExtraReason.ForeignColumn
        : Rules.WhyNoColumn(name) is { } decided ? decided
        : _columns.Length >= _columnsMax || _definitionBytes + DefinitionBytesOf(name) > DefinitionBytesMax ? ExtraReason.ColumnsMax
        : null;

    /// <summary>Takes what is decided from now on: columns get the types decided for them. What they hold must have been asked before whether it can.</summary>
    public void Use(SchemaRules rules) => Use(rules, static (_, _) => true);

    /// <summary>The same where that has not been asked.</summary>
    /// <param name="rules">What is decided.</param>
    /// <param name="canBecome">Whether what the column at an index holds can become a type; it stays what it is otherwise.</param>
    public void Use(SchemaRules rules, Func<int, ColumnType, bool> canBecome)
    {
        Rules = rules;
        for (var index = 0; index < _columns.Length; index++)
        {
            if (rules.TypeOf(_columns[index].Name) is { } type && type != _columns[index].Type && canBecome(index, type))
            {
                Replace(index, new TableColumn(_columns[index].Name, type));
            }
        }
    }

    /// <summary>Adds a field's column whatever else is decided, if it has none.</summary>
    public void Promote(TableColumn column)
    {
        if (!_indexByName.ContainsKey(column.Name))
        {
            LateColumnCount += _withoutColumn.Remove(column.Name) ? 1 : 0;
            Version++;
            Add(column);
        }
    }

    /// <summary>Makes room for a batch's field: adds its column when it is new, widens integers to doubles when a fraction arrives and no
    /// stored value would change.</summary>
    /// <param name="column">The field's values.</param>
    /// <param name="keep">Rows that count, by row; <see langword="null"/> when all do.</param>
    /// <param name="live">The field's live state, which knows the range of what is stored; <see langword="null"/> for a new field.</param>
    /// <returns>The index of the field's column, or -1 when it has none.</returns>
    public int Extend(FieldColumn column, bool[]? keep, LiveField? live)
    {
        if (_indexByName.TryGetValue(column.Name, out var index))
        {
            if (live is LiveInt64 { CanBecomeFloat64: true } && Rules.TypeOf(column.Name) is null && HasFraction(column, keep))
            {
                Replace(index, new TableColumn(column.Name, ColumnType.Float64));
            }

            return index;
        }

        if (WhyNoColumn(column.Name) is { } reason)
        {
            _withoutColumn[column.Name] = reason;
            return -1;
        }

        if (TypeOf(column, keep) is not { } type)
        {
            _withoutColumn[column.Name] = ExtraReason.EmptyArray;
            return -1;
        }

        if (EngineNames.IsNested(column.Name) && type.IsArray())
        {
            _withoutColumn[column.Name] = ExtraReason.ReservedName;
            return -1;
        }

        LateColumnCount += _withoutColumn.Remove(column.Name) ? 1 : 0;
        Version++;
        return Add(new TableColumn(column.Name, type));
    }

    private ColumnType? TypeOf(FieldColumn column, bool[]? keep) => Rules.TypeOf(column.Name) ?? ColumnInference.Choose(column, keep) switch
    {
        ColumnType.Int64 when HasFraction(column, keep) => ColumnType.Float64,
        ColumnType.LowCardinalityString when _hasManyValues(column.Name) => ColumnType.String,
        var chosen => chosen,
    };

    private static bool HasFraction(FieldColumn column, bool[]? keep)
    {
        if (column.Kinds is null && column.Kind != FieldKind.Float64)
        {
            return false;
        }

        for (var i = 0; i < column.Count; i++)
        {
            if (column.KindAt(i) == FieldKind.Float64 && (keep is null || keep[column.RowAt(i)]))
            {
                return true;
            }
        }

        return false;
    }

    private static int DefinitionBytesOf(string name) => DefinitionBytes + Encoding.UTF8.GetByteCount(SqlText.Identifier(name));

    private int Add(TableColumn column)
    {
        _definitionBytes += DefinitionBytesOf(column.Name);
        var index = _columns.Length;
        _columns = [.. _columns, column];
        _indexByName.Add(column.Name, index);
        return index;
    }

    private void Replace(int index, TableColumn column)
    {
        var columns = (TableColumn[])_columns.Clone();
        columns[index] = column;
        _columns = columns;
        Version++;
    }
}

using Analytics.Grains.ClickHouse;

namespace Analytics.Silo.Audit;

/// <summary>The rows of an answer to <see cref="PositionSql.Rows"/>, one at a time, ordered by table and position.</summary>
internal sealed class PositionCursor
{
    private RowBinaryReader _reader;
    private bool _hasRow;
    private int _table;

    /// <summary>Stands on the first row.</summary>
    public PositionCursor(byte[] answer)
    {
        _reader = new RowBinaryReader(answer);
        MoveNext();
    }

    /// <summary>Log offset of the row.</summary>
    public long Offset { get; private set; }

    /// <summary>Index in the message.</summary>
    public long Sequence { get; private set; }

    /// <summary>Event time, UTC milliseconds since 1970.</summary>
    public long TimeMs { get; private set; }

    /// <summary>Time of arrival, likewise.</summary>
    public long ReceivedMs { get; private set; }

    /// <summary>The id's bytes; they stay in the answer.</summary>
    public ReadOnlyMemory<byte> Id { get; private set; }

    /// <summary>Whether the row is one of this table.</summary>
    public bool IsOf(int table) => _hasRow && _table == table;

    /// <summary>Whether the row is one of this table, before a position.</summary>
    public bool IsBefore(int table, long offset, long sequence) =>
        IsOf(table) && (Offset < offset || (Offset == offset && Sequence < sequence));

    /// <summary>Whether the row is the one of this table at a position.</summary>
    public bool IsAt(int table, long offset, long sequence) => IsOf(table) && Offset == offset && Sequence == sequence;

    /// <summary>Goes to the next row.</summary>
    public void MoveNext()
    {
        _hasRow = !_reader.IsAtEnd;
        if (_hasRow)
        {
            _table = _reader.ReadUInt16();
            Offset = _reader.ReadInt64();
            Sequence = _reader.ReadUInt32();
            TimeMs = _reader.ReadInt64();
            ReceivedMs = _reader.ReadInt64();
            Id = _reader.ReadBytes();
        }
    }
}

using Analytics.Grains.ClickHouse;

namespace Analytics.Grains.Columns;

/// <summary>Writes rows as one block of ClickHouse's Native format. Rent one, write, insert <see cref="Written"/>, return it.</summary>
/// <remarks>Not safe for concurrent use. The buffer belongs to the writer and is reused: <see cref="Written"/> ends with the next write or the return.</remarks>
public sealed class NativeBlockWriter
{
    /// <summary>Rows of a block at most: ClickHouse's own block size, so that an insert stays one part.</summary>
    public const int RowsMax = 65_409;

    /// <summary>Takes a writer from the pool, or a new one.</summary>
    public static NativeBlockWriter Rent() => throw new NotImplementedException();

    /// <summary>Gives the writer back; it must not be used afterwards.</summary>
    public void Return() => throw new NotImplementedException();

    /// <summary>The block, valid until the next call.</summary>
    public ReadOnlyMemory<byte> Written => throw new NotImplementedException();

    /// <summary>Rows in the block.</summary>
    public int Rows => throw new NotImplementedException();

    /// <summary>Names of the block's columns in its order, for <see cref="InsertBlock.Columns"/>.</summary>
    public IReadOnlyList<string> ColumnNames => throw new NotImplementedException();

    /// <summary>Values of the block that no column could take.</summary>
    public int ExtraCount => throw new NotImplementedException();

    /// <summary>Encodes the rows; what was in the writer before is gone.</summary>
    /// <param name="batches">The rows, 1 to <see cref="RowsMax"/> in all.</param>
    /// <param name="columns">The table's field columns, none with a fixed column's name, no name twice.</param>
    /// <param name="insertedSeconds">UTC seconds since 1970 of the insert, the same for every row.</param>
    /// <exception cref="ArgumentException">Rows or columns are not as described.</exception>
    /// <exception cref="InvalidOperationException">A time is outside of what DateTime64(3) holds: the decoder lets none through.</exception>
    public void Write(IReadOnlyList<BatchRows> batches, IReadOnlyList<TableColumn> columns, uint insertedSeconds) => throw new NotImplementedException();
}

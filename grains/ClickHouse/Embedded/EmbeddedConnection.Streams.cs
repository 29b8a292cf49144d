using System.Text;

namespace Analytics.Grains.ClickHouse.Embedded;

/// <content>Answers that are fetched in pieces, and inserts in any format.</content>
internal sealed unsafe partial class EmbeddedConnection
{
    /// <summary>Data goes to the engine in pieces of this size: it copies each, and waits while it has several.</summary>
    private const int PieceBytes = 1024 * 1024;

    /// <summary>Begins a SELECT. Nothing else may run on the connection until the stream is disposed.</summary>
    /// <param name="sql">One SELECT without FORMAT.</param>
    /// <param name="format">One whose pieces, one after the other, are the answer: each piece is written like an answer of its own.</param>
    /// <param name="parameters">Values by name.</param>
    /// <exception cref="ClickHouseException">The engine's error.</exception>
    public EngineStream OpenStream(string sql, string format, IReadOnlyDictionary<string, string>? parameters)
    {
        var sqlBytes = Encoding.UTF8.GetBytes(sql);
        var formatBytes = Encoding.UTF8.GetBytes(format);
        using var names = new NativeTexts(parameters is null ? [] : [.. parameters.Keys]);
        using var values = new NativeTexts(parameters is null ? [] : [.. parameters.Values]);
        nint stream;
        fixed (byte* sqlStart = sqlBytes, formatStart = formatBytes)
        {
            stream = ChdbNative.BeginStream(
                *_connection, sqlStart, (nuint)sqlBytes.Length, formatStart, (nuint)formatBytes.Length,
                names.Pointers, names.Lengths, values.Pointers, values.Lengths, (nuint)names.Count);
        }

        try
        {
            ThrowOnError(ChdbNative.ResultError(stream), isOutcomeUnknown: false);
        }
        catch
        {
            ChdbNative.DestroyResult(stream);
            throw;
        }

        return new EngineStream(*_connection, stream);
    }

    /// <summary>Inserts data of any format.</summary>
    /// <param name="sql">The INSERT without FORMAT and data.</param>
    /// <param name="format">The data's format.</param>
    /// <param name="parameters">Values by name.</param>
    /// <param name="data">The data, in order.</param>
    /// <exception cref="ClickHouseException">The engine's error.</exception>
    public EngineCounts Insert(
        string sql, string format, IReadOnlyDictionary<string, string>? parameters, IReadOnlyList<ReadOnlyMemory<byte>> data)
    {
        var insert = BeginInsert(sql, format, parameters);
        try
        {
            ThrowOnError(ChdbNative.InsertError(insert), isOutcomeUnknown: false);
            foreach (var part in data)
            {
                if (!TryAppend(insert, part.Span))
                {
                    break;
                }
            }

            return FinishInsert(insert);
        }
        finally
        {
            ChdbNative.DestroyInsert(insert);
        }
    }

    private nint BeginInsert(string sql, string format, IReadOnlyDictionary<string, string>? parameters)
    {
        var sqlBytes = Encoding.UTF8.GetBytes(sql);
        var formatBytes = Encoding.UTF8.GetBytes(format);
        using var names = new NativeTexts(parameters is null ? [] : [.. parameters.Keys]);
        using var values = new NativeTexts(parameters is null ? [] : [.. parameters.Values]);
        fixed (byte* sqlStart = sqlBytes, formatStart = formatBytes)
        {
            return ChdbNative.BeginInsertWithParameters(
                *_connection, sqlStart, (nuint)sqlBytes.Length, formatStart, (nuint)formatBytes.Length,
                names.Pointers, names.Lengths, values.Pointers, values.Lengths, (nuint)names.Count);
        }
    }

    /// <summary>False when the engine takes no more; why is said when the insert is finished.</summary>
    private static bool TryAppend(nint insert, ReadOnlySpan<byte> data)
    {
        while (!data.IsEmpty)
        {
            var piece = data[..Math.Min(PieceBytes, data.Length)];
            fixed (byte* start = piece)
            {
                if (ChdbNative.AppendToInsert(insert, start, (nuint)piece.Length) != 0)
                {
                    return false;
                }
            }

            data = data[piece.Length..];
        }

        return true;
    }
}

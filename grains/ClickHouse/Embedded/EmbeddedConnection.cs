using System.Text;

namespace Analytics.Grains.ClickHouse.Embedded;

/// <summary>One connection to the engine. Calls block; one at a time, from one thread at a time.</summary>
internal sealed unsafe partial class EmbeddedConnection : IDisposable
{
    private static readonly byte[] Native = "Native"u8.ToArray();

    private nint* _connection;

    private EmbeddedConnection(nint* connection) => _connection = connection;

    /// <summary>Opens a connection.</summary>
    /// <param name="arguments">Without the program's name: <c>--path=…</c> and settings of this connection.</param>
    /// <exception cref="ClickHouseException">The engine does not open.</exception>
    public static EmbeddedConnection Open(IReadOnlyList<string> arguments)
    {
        using var texts = new NativeTexts(["clickhouse", .. arguments]);
        var connection = ChdbNative.Connect(texts.Count, texts.Pointers);
        return connection is null
            ? throw new ClickHouseException(0, $"ClickHouse does not open with {string.Join(' ', arguments)}; its own words are on the error output.")
            : new EmbeddedConnection(connection);
    }

    /// <summary>Runs statements and returns the answer, empty when there is none.</summary>
    /// <param name="sql">One or more statements.</param>
    /// <param name="format">Of the answer.</param>
    /// <param name="parameters">Values by name.</param>
    /// <param name="answerBytesMax">A longer answer becomes the engine's error 396.</param>
    /// <exception cref="ClickHouseException">The engine's error.</exception>
    public byte[] Query(string sql, string format, IReadOnlyDictionary<string, string>? parameters, long answerBytesMax = int.MaxValue) =>
        Ask(sql, format, parameters, answerBytesMax).Bytes;

    /// <summary>Like <see cref="Query"/>, with what the engine counted.</summary>
    /// <param name="sql">One or more statements.</param>
    /// <param name="format">Of the answer.</param>
    /// <param name="parameters">Values by name.</param>
    /// <param name="answerBytesMax">A longer answer becomes the engine's error 396.</param>
    /// <exception cref="ClickHouseException">The engine's error.</exception>
    public EngineAnswer Ask(string sql, string format, IReadOnlyDictionary<string, string>? parameters, long answerBytesMax)
    {
        var sqlBytes = Encoding.UTF8.GetBytes(sql);
        var formatBytes = Encoding.UTF8.GetBytes(format);
        using var names = new NativeTexts(parameters is null ? [] : [.. parameters.Keys]);
        using var values = new NativeTexts(parameters is null ? [] : [.. parameters.Values]);
        nint result;
        fixed (byte* sqlStart = sqlBytes, formatStart = formatBytes)
        {
            result = ChdbNative.Query(
                *_connection, sqlStart, (nuint)sqlBytes.Length, formatStart, (nuint)formatBytes.Length,
                names.Pointers, names.Lengths, values.Pointers, values.Lengths, (nuint)names.Count);
        }

        try
        {
            if (ChdbNative.ResultError(result) is not null)
            {
                DiscardOutput();
            }

            ThrowOnError(ChdbNative.ResultError(result), isOutcomeUnknown: false);
            var buffer = ChdbNative.ResultBuffer(result);
            var length = buffer is null ? 0 : (long)ChdbNative.ResultLength(result);
            return length <= answerBytesMax
                ? new EngineAnswer(new ReadOnlySpan<byte>(buffer, (int)length).ToArray(), CountsOf(result))
                : throw new ClickHouseException(
                    EngineError.TooManyRowsOrBytes, $"The answer has {length} bytes, more than {answerBytesMax}: ask for fewer rows or columns.");
        }
        finally
        {
            ChdbNative.DestroyResult(result);
        }
    }

    /// <summary>Inserts one Native block.</summary>
    /// <param name="sql">The INSERT without FORMAT and data.</param>
    /// <param name="block">The block's bytes.</param>
    /// <exception cref="ClickHouseException">The engine's error.</exception>
    public void Insert(string sql, ReadOnlySpan<byte> block)
    {
        var sqlBytes = Encoding.UTF8.GetBytes(sql);
        nint insert;
        fixed (byte* sqlStart = sqlBytes, formatStart = Native)
        {
            insert = ChdbNative.BeginInsert(*_connection, sqlStart, (nuint)sqlBytes.Length, formatStart, (nuint)Native.Length);
        }

        try
        {
            ThrowOnError(ChdbNative.InsertError(insert), isOutcomeUnknown: false);
            fixed (byte* data = block)
            {
                // A refused append says why when the insert is finished.
                _ = ChdbNative.AppendToInsert(insert, data, (nuint)block.Length);
            }

            FinishInsert(insert);
        }
        finally
        {
            ChdbNative.DestroyInsert(insert);
        }
    }

    /// <summary>What a text would do, by the engine's own parser.</summary>
    public (uint Class, int StatementCount) Classify(string sql)
    {
        var sqlBytes = Encoding.UTF8.GetBytes(sql);
        var analysis = new ChdbNative.QueryAnalysis { StructSize = (uint)sizeof(ChdbNative.QueryAnalysis) };
        fixed (byte* sqlStart = sqlBytes)
        {
            return ChdbNative.Classify(*_connection, sqlStart, (nuint)sqlBytes.Length, null, 0, &analysis) == 0
                ? (analysis.QueryClass, (int)analysis.StatementCount)
                : (ChdbNative.ClassUnknown, 0);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_connection is not null)
        {
            ChdbNative.Close(_connection);
            _connection = null;
        }
    }

    /// <summary>What a query wrote before it failed stays in the connection, and the engine would put it before the next answer: let an empty one take it.</summary>
    private void DiscardOutput()
    {
        var sql = "SELECT 1"u8;
        var format = "Null"u8;
        fixed (byte* sqlStart = sql, formatStart = format)
        {
            ChdbNative.DestroyResult(ChdbNative.Query(
                *_connection, sqlStart, (nuint)sql.Length, formatStart, (nuint)format.Length, null, null, null, null, 0));
        }
    }

    private static EngineCounts CountsOf(nint result) => new(
        ChdbNative.ResultStorageRowsRead(result),
        ChdbNative.ResultStorageBytesRead(result),
        ChdbNative.ResultRowsWritten(result),
        ChdbNative.ResultBytesWritten(result),
        ChdbNative.ResultRows(result),
        ChdbNative.ResultBytes(result));

    private static EngineCounts FinishInsert(nint insert)
    {
        var result = ChdbNative.FinishInsert(insert);
        if (result == 0)
        {
            throw new ClickHouseException(0, "ClickHouse gave no result for an insert.", isOutcomeUnknown: true);
        }

        try
        {
            // The part may have been written before the error came up.
            ThrowOnError(ChdbNative.ResultError(result), isOutcomeUnknown: true);
            return CountsOf(result);
        }
        finally
        {
            ChdbNative.DestroyResult(result);
        }
    }

    /// <summary>Throws an error of the engine's, when there is one.</summary>
    internal static void ThrowOnError(byte* error, bool isOutcomeUnknown)
    {
        if (error is not null)
        {
            var text = Encoding.UTF8.GetString(new ReadOnlySpan<byte>(error, StringLength(error)));
            var (code, message) = EngineError.Parse(text);
            throw new ClickHouseException(code, message, isOutcomeUnknown && !InsertErrorClasses.AreBeforeWriting(code, message));
        }
    }

    private static int StringLength(byte* text)
    {
        var length = 0;
        while (text[length] != 0)
        {
            length++;
        }

        return length;
    }
}

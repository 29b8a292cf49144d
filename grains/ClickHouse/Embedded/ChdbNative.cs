using System.Runtime.InteropServices;

namespace Analytics.Grains.ClickHouse.Embedded;

/// <summary>The part of chDB's C interface that is used. Texts are UTF-8 with their length in bytes; handles are opaque.</summary>
internal static unsafe partial class ChdbNative
{
    /// <summary>The name <see cref="ChdbLibrary"/> resolves.</summary>
    public const string Library = "chdb";

    /// <summary>Class of a statement that leaves no trace: SELECT, SHOW, DESCRIBE, EXPLAIN, EXISTS, CHECK.</summary>
    public const uint ClassReadOnly = 0;

    /// <summary>Class of a text that does not parse.</summary>
    public const uint ClassUnknown = 4;

    /// <summary>0 keeps the engine from replacing the process's signal handlers, which belong to .NET. Call it before anything else.</summary>
    [LibraryImport(Library, EntryPoint = "chdb_set_signal_handlers_enabled")]
    public static partial void SetSignalHandlersEnabled(int enabled);

    /// <summary>The library's version.</summary>
    [LibraryImport(Library, EntryPoint = "chdb_version")]
    public static partial byte* Version();

    /// <summary>Opens a connection, and the engine with the first one. Returns where the connection's handle is, or null.</summary>
    [LibraryImport(Library, EntryPoint = "chdb_connect")]
    public static partial nint* Connect(int argumentCount, byte** arguments);

    /// <summary>Closes a connection, and the engine with the last one.</summary>
    [LibraryImport(Library, EntryPoint = "chdb_close_conn")]
    public static partial void Close(nint* connection);

    /// <summary>Runs one or more statements to the end; never returns null for a valid connection.</summary>
    [LibraryImport(Library, EntryPoint = "chdb_query_with_params_n")]
    public static partial nint Query(
        nint connection, byte* sql, nuint sqlLength, byte* format, nuint formatLength,
        byte** names, nuint* nameLengths, byte** values, nuint* valueLengths, nuint count);

    /// <summary>The error's text, null-terminated, or null.</summary>
    [LibraryImport(Library, EntryPoint = "chdb_result_error")]
    public static partial byte* ResultError(nint result);

    /// <summary>The answer's bytes; null when there are none.</summary>
    [LibraryImport(Library, EntryPoint = "chdb_result_buffer")]
    public static partial byte* ResultBuffer(nint result);

    /// <summary>Number of bytes of the answer.</summary>
    [LibraryImport(Library, EntryPoint = "chdb_result_length")]
    public static partial nuint ResultLength(nint result);

    /// <summary>Rows an insert wrote.</summary>
    [LibraryImport(Library, EntryPoint = "chdb_result_rows_written")]
    public static partial ulong ResultRowsWritten(nint result);

    /// <summary>Bytes an insert wrote, as columns.</summary>
    [LibraryImport(Library, EntryPoint = "chdb_result_bytes_written")]
    public static partial ulong ResultBytesWritten(nint result);

    /// <summary>Rows of the answer.</summary>
    [LibraryImport(Library, EntryPoint = "chdb_result_rows_read")]
    public static partial ulong ResultRows(nint result);

    /// <summary>Bytes of the answer, as columns.</summary>
    [LibraryImport(Library, EntryPoint = "chdb_result_bytes_read")]
    public static partial ulong ResultBytes(nint result);

    /// <summary>Rows read from tables.</summary>
    [LibraryImport(Library, EntryPoint = "chdb_result_storage_rows_read")]
    public static partial ulong ResultStorageRowsRead(nint result);

    /// <summary>Bytes read from tables, as columns.</summary>
    [LibraryImport(Library, EntryPoint = "chdb_result_storage_bytes_read")]
    public static partial ulong ResultStorageBytesRead(nint result);

    /// <summary>Frees a result. Every result, also one with an error.</summary>
    [LibraryImport(Library, EntryPoint = "chdb_destroy_query_result")]
    public static partial void DestroyResult(nint result);

    /// <summary>Begins a SELECT whose answer is fetched in pieces; the result holds nothing but an error, if there is one.</summary>
    [LibraryImport(Library, EntryPoint = "chdb_stream_query_with_params_n")]
    public static partial nint BeginStream(
        nint connection, byte* sql, nuint sqlLength, byte* format, nuint formatLength,
        byte** names, nuint* nameLengths, byte** values, nuint* valueLengths, nuint count);

    /// <summary>The next piece as a result of its own, an empty one at the end. On the thread that began the stream.</summary>
    [LibraryImport(Library, EntryPoint = "chdb_stream_fetch_result")]
    public static partial nint FetchFromStream(nint connection, nint stream);

    /// <summary>Stops a SELECT that was not fetched to its end.</summary>
    [LibraryImport(Library, EntryPoint = "chdb_stream_cancel_query")]
    public static partial void CancelStream(nint connection, nint stream);

    /// <summary>Begins an insert: an INSERT without FORMAT and data, and the format. Never null; see <see cref="InsertError"/>.</summary>
    [LibraryImport(Library, EntryPoint = "chdb_stream_insert_n")]
    public static partial nint BeginInsert(nint connection, byte* sql, nuint sqlLength, byte* format, nuint formatLength);

    /// <summary><see cref="BeginInsert"/> for an INSERT with placeholders.</summary>
    [LibraryImport(Library, EntryPoint = "chdb_stream_insert_with_params_n")]
    public static partial nint BeginInsertWithParameters(
        nint connection, byte* sql, nuint sqlLength, byte* format, nuint formatLength,
        byte** names, nuint* nameLengths, byte** values, nuint* valueLengths, nuint count);

    /// <summary>The insert's error, null-terminated, or null.</summary>
    [LibraryImport(Library, EntryPoint = "chdb_stream_insert_error")]
    public static partial byte* InsertError(nint insert);

    /// <summary>Hands over bytes (copied); 0 when they were taken.</summary>
    [LibraryImport(Library, EntryPoint = "chdb_stream_append")]
    public static partial int AppendToInsert(nint insert, byte* data, nuint length);

    /// <summary>Ends the data and commits; returns a result that must be freed.</summary>
    [LibraryImport(Library, EntryPoint = "chdb_stream_done")]
    public static partial nint FinishInsert(nint insert);

    /// <summary>Frees an insert, cancelling it when it was not finished. Every insert.</summary>
    [LibraryImport(Library, EntryPoint = "chdb_destroy_insert_stream")]
    public static partial void DestroyInsert(nint insert);

    /// <summary>Says what a text would do, without running it; 0 when the analysis was filled.</summary>
    [LibraryImport(Library, EntryPoint = "chdb_classify_query_n")]
    public static partial int Classify(nint connection, byte* sql, nuint sqlLength, byte* database, nuint databaseLength, QueryAnalysis* analysis);

    /// <summary>What <see cref="Classify"/> fills.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct QueryAnalysis
    {
        /// <summary>Size of this struct, set by the caller.</summary>
        public uint StructSize;

        /// <summary>Statements in the text; 0 when it does not parse.</summary>
        public uint StatementCount;

        /// <summary>Further facts, unused here.</summary>
        public uint Flags;

        /// <summary>The class of the most restricted statement.</summary>
        public uint QueryClass;
    }
}

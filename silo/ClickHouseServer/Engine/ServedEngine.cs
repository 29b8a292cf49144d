using System.Collections.Concurrent;
using System.Text;
using System.Threading.Channels;
using Analytics.Grains.ClickHouse;
using Analytics.Grains.ClickHouse.Embedded;
using Analytics.Grains.Configuration;
using Analytics.Silo.ClickHouseServer.Protocol;
using Analytics.Silo.ClickHouseServer.Sql;

namespace Analytics.Silo.ClickHouseServer.Engine;

/// <summary>
/// Runs requests on connections of its own. A connection that a statement may have left something in (settings, a database, a temporary table) serves no
/// other request: it is closed, or it is a session's. All calls block, on a thread of <see cref="EngineThreads"/>.
/// </summary>
internal sealed class ServedEngine(EmbeddedClickHouse engine, EngineFacts facts, ClickHouseOptions options) : IDisposable
{
    private readonly ReaderSettings _readerSettings = new(facts.Settings, options);
    private readonly ConcurrentStack<EmbeddedConnection> _readers = new();
    private readonly ConcurrentStack<EmbeddedConnection> _owners = new();

    /// <summary>Runs a request to its end.</summary>
    /// <exception cref="ClickHouseException">The engine's error, or ours in its words.</exception>
    public EngineAnswer Run(ServedRequest request, Session? session)
    {
        if (request.User.Access == ServedAccess.Read)
        {
            return RunAsReader(request);
        }

        if (session is not null)
        {
            session.Connection ??= engine.OpenOwner();
            return RunInSession(session.Connection, request);
        }

        return WithOwner(request, connection => RunAsOwner(connection, request));
    }

    /// <summary>Whether the answer can be sent while it is made: a SELECT of a user without limits, in a format of plain rows.</summary>
    public static bool CanStream(ServedRequest request) =>
        request is { User.Access: ServedAccess.Full, Data: null, Session: null, IsWhole: false, Format.IsPlainRows: true }
        && StatementWords.First(request.Sql) is "SELECT" or "WITH"

        // What is written around the rows would be written around every piece.
        && !request.Sql.Contains("totals", StringComparison.OrdinalIgnoreCase)
        && !request.Sql.Contains("extremes", StringComparison.OrdinalIgnoreCase)
        && !request.Sql.Contains("output_format_", StringComparison.OrdinalIgnoreCase)
        && request.Settings.All(setting => setting.Key != "extremes" && !setting.Key.StartsWith("output_format_", StringComparison.Ordinal));

    /// <summary>Runs a SELECT and hands its answer over in pieces, waiting for whoever takes them.</summary>
    /// <exception cref="ClickHouseException">The engine's error.</exception>
    /// <exception cref="OperationCanceledException">Nobody takes them any more; the SELECT is stopped.</exception>
    public bool Stream(ServedRequest request, ChannelWriter<byte[]> pieces, CancellationToken cancellationToken) => WithOwner(
        request,
        connection =>
        {
            OwnerStatement.Check(connection, request, engine);
            using var stream = connection.OpenStream(request.Sql, request.Format.Name, request.Values);
            for (var piece = stream.Fetch(); piece.Length > 0; piece = stream.Fetch())
            {
                pieces.WriteAsync(piece, cancellationToken).AsTask().GetAwaiter().GetResult();
            }

            return (true, true);
        });

    /// <summary>Closes the connections that nobody uses. Nothing may run any more.</summary>
    public void Dispose()
    {
        foreach (var connection in _readers.Concat(_owners))
        {
            connection.Dispose();
        }

        _readers.Clear();
        _owners.Clear();
    }

    private EngineAnswer RunAsReader(ServedRequest request)
    {
        if (request.Data is not null)
        {
            throw new ClickHouseException(ErrorCodes.Readonly, $"{request.User.Name}: Cannot execute query in readonly mode: this user may only read.");
        }

        var settings = _readerSettings.Effective(request.Settings);
        var database = OtherDatabase(request);
        var isOrdinary = settings.Count == 0 && database is null;
        if (!isOrdinary || !_readers.TryPop(out var connection))
        {
            connection = engine.OpenReader(opened => Prepare(opened, settings, database));
        }

        var isKept = false;
        try
        {
            ReaderStatement.Check(connection, request.Sql);
            var answer = connection.Ask(request.Sql, request.Format.Name, request.Values, options.QueryBytesMax);
            isKept = isOrdinary;
            return answer;
        }
        finally
        {
            Return(_readers, connection, isKept);
        }
    }

    /// <summary>Runs something on an owner's connection; it says whether it has left nothing in the connection.</summary>
    private T WithOwner<T>(ServedRequest request, Func<EmbeddedConnection, (T Answer, bool IsClean)> run)
    {
        var database = OtherDatabase(request);
        var isOrdinary = request.Settings.Count == 0 && database is null;
        if (!isOrdinary || !_owners.TryPop(out var connection))
        {
            connection = engine.OpenOwner();
        }

        var isKept = false;
        try
        {
            Prepare(connection, request.Settings, database);
            var (answer, isClean) = run(connection);
            isKept = isClean && isOrdinary;
            return answer;
        }
        finally
        {
            Return(_owners, connection, isKept);
        }
    }

    private (EngineAnswer Answer, bool IsClean) RunAsOwner(EmbeddedConnection connection, ServedRequest request)
    {
        var isReading = OwnerStatement.Check(connection, request, engine);
        if (request.Data is { } data)
        {
            return (HasPlaceholdersInRows(request) ? InsertAsText(connection, request, data)
                : new EngineAnswer([], connection.Insert(request.Sql, request.Format.Name, request.Values, data)), true);
        }

        return (connection.Ask(request.Sql, request.Format.Name, request.Values, options.ServeAnswerBytesMax), isReading);
    }

    private static bool HasPlaceholdersInRows(ServedRequest request) =>
        request.Values.Count > 0 && request.Format.Name.Equals("Values", StringComparison.OrdinalIgnoreCase);

    /// <summary>An insert's stream forgets the values of placeholders once it has begun; the statement with its rows as one text does not.</summary>
    private EngineAnswer InsertAsText(EmbeddedConnection connection, ServedRequest request, IReadOnlyList<ReadOnlyMemory<byte>> data)
    {
        if (data.Sum(part => (long)part.Length) > options.ServeQueryBytesMax)
        {
            throw new ClickHouseException(ErrorCodes.SyntaxError, "Max query size exceeded: rows with placeholders are part of the SQL (Analytics:ClickHouse:ServeQueryBytesMax).");
        }

        var sql = string.Concat(request.Sql, " VALUES ", string.Concat(data.Select(part => Encoding.UTF8.GetString(part.Span))));
        return connection.Classify(sql).StatementCount <= 1
            ? connection.Ask(sql, "Null", request.Values, options.ServeAnswerBytesMax)
            : throw new ClickHouseException(ErrorCodes.SyntaxError, "Syntax error: Multi-statements are not allowed.");
    }

    /// <summary>Settings and database of a request are the request's, not the session's: they are set back, unless the statement itself sets some.</summary>
    private EngineAnswer RunInSession(EmbeddedConnection connection, ServedRequest request)
    {
        if (StatementWords.First(request.Sql) is "SET" or "USE")
        {
            return RunAsOwner(connection, request).Answer;
        }

        var settings = request.Settings.Count == 0 ? [] : ReadRows(connection, SessionSql.Read(request.Settings));
        var database = request.Database is null ? null : ReadRows(connection, "SELECT currentDatabase()")[0][0];
        try
        {
            Prepare(connection, request.Settings, request.Database);
            return RunAsOwner(connection, request).Answer;
        }
        finally
        {
            if (settings.Count > 0)
            {
                connection.Query(SessionSql.Restore(settings), "Null", null);
            }

            if (database is not null)
            {
                connection.Query(SessionSql.Use(database), "Null", null);
            }
        }
    }

    private static void Prepare(EmbeddedConnection connection, IReadOnlyList<KeyValuePair<string, string>> settings, string? database)
    {
        if (settings.Count > 0)
        {
            connection.Query(SessionSql.Set(settings), "Null", null);
        }

        if (database is not null)
        {
            connection.Query(SessionSql.Use(database), "Null", null);
        }
    }

    /// <summary>The request's database, if a new connection is in another one.</summary>
    private static string? OtherDatabase(ServedRequest request) => request.Database == SessionSql.DefaultDatabase ? null : request.Database;

    private static void Return(ConcurrentStack<EmbeddedConnection> idle, EmbeddedConnection connection, bool isKept)
    {
        if (isKept)
        {
            idle.Push(connection);
        }
        else
        {
            connection.Dispose();
        }
    }

    private static List<string?[]> ReadRows(EmbeddedConnection connection, string sql) => RowReader.Parse(connection.Query(sql, RowReader.Format, null));
}

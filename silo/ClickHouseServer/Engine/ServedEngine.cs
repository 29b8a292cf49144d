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
/// other request: it is closed, or it is a session's. One that was set up for a request serves others that ask for the same. All calls block, on a thread of <see cref="EngineThreads"/>.
/// </summary>
internal sealed class ServedEngine(EmbeddedClickHouse engine, EngineFacts facts, ClickHouseOptions options) : IDisposable
{
    /// <summary>Connections kept for each that may be in use: programs with settings of their own take turns.</summary>
    private const int IdleFactor = 2;

    private readonly ReaderSettings _readerSettings = new(facts.Settings, options);
    private readonly IdleConnections _idle = new(IdleFactor * options.ServeConnections);

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
        && IsSelect(request.Sql)

        // What is written around the rows would be written around every piece.
        && !request.Sql.Contains("totals", StringComparison.OrdinalIgnoreCase)
        && !request.Sql.Contains("extremes", StringComparison.OrdinalIgnoreCase)
        && !request.Sql.Contains("output_format_", StringComparison.OrdinalIgnoreCase)
        && request.Settings.All(setting => setting.Key != "extremes" && !setting.Key.StartsWith("output_format_", StringComparison.Ordinal));

    // WITH may begin an INSERT, too, whose rows are to be counted.
    private static bool IsSelect(string sql) =>
        StatementWords.First(sql) is var word && (word == "SELECT" || (word == "WITH" && !sql.Contains("insert", StringComparison.OrdinalIgnoreCase)));

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
    public void Dispose() => _idle.Dispose();

    private EngineAnswer RunAsReader(ServedRequest request)
    {
        if (request.Data is not null)
        {
            throw new ClickHouseException(ErrorCodes.Readonly, $"{request.User.Name}: Cannot execute query in readonly mode: this user may only read.");
        }

        return With(
            ConnectionKind.Of(ServedAccess.Read, request.Database, _readerSettings.Effective(request.Settings)),
            connection =>
            {
                ReaderStatement.Check(connection, request.Sql);
                return (connection.Ask(request.Sql, request.Format.Name, request.Values, options.QueryBytesMax), true);
            });
    }

    private T WithOwner<T>(ServedRequest request, Func<EmbeddedConnection, (T Answer, bool IsClean)> run) =>
        With(ConnectionKind.Of(ServedAccess.Full, request.Database, request.Settings), run);

    /// <summary>Runs something on a connection of its kind; it says whether it has left nothing in it. After a failure the connection is closed.</summary>
    private T With<T>(ConnectionKind kind, Func<EmbeddedConnection, (T Answer, bool IsClean)> run)
    {
        var connection = _idle.Take(kind) ?? Open(kind);
        var isKept = false;
        try
        {
            (var answer, isKept) = run(connection);
            return answer;
        }
        finally
        {
            if (isKept)
            {
                _idle.Give(kind, connection);
            }
            else
            {
                connection.Dispose();
            }
        }
    }

    private EmbeddedConnection Open(ConnectionKind kind)
    {
        if (kind.Access == ServedAccess.Read)
        {
            return engine.OpenReader(opened => Prepare(opened, kind.Settings, kind.Database));
        }

        var connection = engine.OpenOwner();
        try
        {
            Prepare(connection, kind.Settings, kind.Database);
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
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
            Prepare(connection, request.Settings.Count == 0 ? string.Empty : SessionSql.Set(request.Settings), request.Database);
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

    private static void Prepare(EmbeddedConnection connection, string settings, string? database)
    {
        if (settings.Length > 0)
        {
            connection.Query(settings, "Null", null);
        }

        if (database is not null)
        {
            connection.Query(SessionSql.Use(database), "Null", null);
        }
    }

    private static List<string?[]> ReadRows(EmbeddedConnection connection, string sql) => RowReader.Parse(connection.Query(sql, RowReader.Format, null));
}

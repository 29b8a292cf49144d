using Analytics.Grains.Configuration;
using Microsoft.Extensions.Logging;

namespace Analytics.Grains.ClickHouse.Embedded;

/// <summary>
/// ClickHouse in this process (chDB). The engine has one data directory a process: open it once, close it last.
/// Statements run on threads of their own, never on the caller's.
/// </summary>
public sealed partial class EmbeddedClickHouse : IClickHouse, IAsyncDisposable
{
    private readonly ILogger<EmbeddedClickHouse> _logger;
    private readonly DataDirectoryLock _directoryLock;
    private readonly ConnectionPool _owners;
    private readonly ConnectionPool _readers;
    private readonly string _directory;
    private readonly string _configPath;
    private readonly FreeSpace _space;
    private readonly ClickHouseOptions _options;
    private int _isDisposed;

    private EmbeddedClickHouse(
        ILogger<EmbeddedClickHouse> logger, string directory, string configPath, ClickHouseOptions options, DataDirectoryLock directoryLock,
        ConnectionPool owners, ConnectionPool readers)
    {
        _options = options;
        _logger = logger;
        _directory = directory;
        _configPath = configPath;
        _space = new FreeSpace(directory);
        _directoryLock = directoryLock;
        _owners = owners;
        _readers = readers;
    }

    /// <summary>Statements that wait for a connection, users' SQL included.</summary>
    public int WaitingCount => _owners.WaitingCount + _readers.WaitingCount;

    /// <summary>Statements that run now, users' SQL included.</summary>
    public int RunningCount => _owners.RunningCount + _readers.RunningCount;

    /// <summary>Loads the library, takes the directory for this process and opens the engine on it.</summary>
    /// <param name="options">Checked already.</param>
    /// <param name="dataDirectory">The product's data directory; the engine's files go to <c>clickhouse</c> below it.</param>
    /// <param name="logger">For what happens outside of a statement.</param>
    /// <exception cref="ClickHouseException">The library is missing, the directory is in use, another one is open in this process, or the engine
    /// does not open.</exception>
    public static Task<EmbeddedClickHouse> OpenAsync(ClickHouseOptions options, string dataDirectory, ILogger<EmbeddedClickHouse> logger) =>
        OpenAsync(options, dataDirectory, null, logger);

    /// <summary>The same, with the parts of all tables in <paramref name="tablesDirectory"/>, read in place and never changed.</summary>
    internal static Task<EmbeddedClickHouse> OpenAsync(
        ClickHouseOptions options, string dataDirectory, string? tablesDirectory, ILogger<EmbeddedClickHouse> logger) =>
        Task.Factory.StartNew(() => Open(options, dataDirectory, tablesDirectory, logger), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    /// <inheritdoc/>
    public Task ExecuteAsync(string sql, CancellationToken cancellationToken = default) => _owners.RunAsync(
        connection =>
        {
            _space.Require();
            return connection.Query(sql, "Null", null);
        },
        isAwaitedToTheEnd: false,
        cancellationToken);

    /// <inheritdoc/>
    public Task<byte[]> QueryAsync(
        string sql, string format, IReadOnlyDictionary<string, string>? parameters = null, CancellationToken cancellationToken = default) =>
        _owners.RunAsync(connection => connection.Query(sql, format, parameters), isAwaitedToTheEnd: false, cancellationToken);

    /// <inheritdoc/>
    public Task<byte[]> QueryReadOnlyAsync(
        string sql, string format, IReadOnlyDictionary<string, string>? parameters = null, CancellationToken cancellationToken = default) =>
        _readers.RunAsync(connection => ReaderStatement.Run(connection, sql, format, parameters, _options.QueryBytesMax), isAwaitedToTheEnd: false, cancellationToken);

    /// <inheritdoc/>
    public Task InsertAsync(InsertBlock block, CancellationToken cancellationToken = default)
    {
        var sql = InsertSql.Of(block);
        return _owners.RunAsync(
            connection =>
            {
                connection.Insert(sql, block.Native.Span);
                return [];
            },
            isAwaitedToTheEnd: true,
            cancellationToken);
    }

    /// <summary>Refuses new and waiting statements, lets the running ones end, closes the engine, frees the directory.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _isDisposed, 1) == 0)
        {
            await _readers.DisposeAsync();
            await _owners.DisposeAsync();
            _directoryLock.Dispose();
            OpenEngine.Release();
            LogClosed(_directory);
        }
    }

    private static EmbeddedClickHouse Open(
        ClickHouseOptions options, string dataDirectory, string? tablesDirectory, ILogger<EmbeddedClickHouse> logger)
    {
        var root = Path.GetFullPath(dataDirectory);
        var directory = Path.Combine(root, "clickhouse");
        OpenEngine.Take(directory);
        DataDirectoryLock? directoryLock = null;
        var connections = new List<EmbeddedConnection>();
        try
        {
            ChdbLibrary.Load(ChdbLibrary.Locate(options.LibraryPath, Environment.GetEnvironmentVariable));
            Directory.CreateDirectory(directory);
            directoryLock = DataDirectoryLock.Take(directory);
            var configPath = EngineConfig.Write(Path.Combine(root, "clickhouse-config"), options, tablesDirectory);
            OpenConnections(connections, options.Connections, EngineConfig.OwnerArguments(directory, configPath));
            OpenConnections(connections, options.QueryConnections, EngineConfig.ReaderArguments(directory, configPath, options));
            foreach (var reader in connections[options.Connections..])
            {
                RestrictToReading(reader);
            }

            var opened = new EmbeddedClickHouse(
                logger,
                directory,
                configPath,
                options,
                directoryLock,
                new ConnectionPool("owner", connections[..options.Connections]),
                new ConnectionPool("reader", connections[options.Connections..]));
            opened.LogOpened(directory, options.Connections, options.QueryConnections);
            return opened;
        }
        catch
        {
            connections.ForEach(connection => connection.Dispose());
            directoryLock?.Dispose();
            OpenEngine.Release();
            throw;
        }
    }

    private static void OpenConnections(List<EmbeddedConnection> connections, int count, IReadOnlyList<string> arguments)
    {
        for (var i = 0; i < count; i++)
        {
            connections.Add(EmbeddedConnection.Open(arguments));
        }
    }
}

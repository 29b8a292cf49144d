using Analytics.Grains.Configuration;
using Microsoft.Extensions.Logging;

namespace Analytics.Grains.ClickHouse.Embedded;

/// <summary>
/// The tables of a data directory that no process has open, to be read without leaving a trace: the engine runs in a scratch folder that holds
/// copies of the table definitions, and reads the parts where they are. On an ordinary open it would merge and remove parts.
/// </summary>
public sealed class TablesView : IAsyncDisposable
{
    private readonly DataDirectoryLock? _lock;
    private readonly string _scratch;
    private readonly EmbeddedClickHouse _engine;

    private TablesView(DataDirectoryLock? directoryLock, string scratch, EmbeddedClickHouse engine)
    {
        _lock = directoryLock;
        _scratch = scratch;
        _engine = engine;
    }

    /// <summary>Answers queries; refuses everything else.</summary>
    public IClickHouse ClickHouse => _engine;

    /// <summary>Opens the tables of a data directory, and keeps others from opening them.</summary>
    /// <param name="options">Checked already.</param>
    /// <param name="dataDirectory">The product's data directory.</param>
    /// <param name="logger">For what happens outside of a statement.</param>
    /// <exception cref="ClickHouseException">There are none, they are in use, or the engine does not open.</exception>
    public static async Task<TablesView> OpenAsync(ClickHouseOptions options, string dataDirectory, ILogger<EmbeddedClickHouse> logger)
    {
        var tables = Path.Combine(Path.GetFullPath(dataDirectory), "clickhouse");
        if (!Directory.Exists(tables))
        {
            throw new ClickHouseException(0, $"There are no tables in {dataDirectory}: {tables} is missing.");
        }

        var directoryLock = DataDirectoryLock.TakeExisting(tables);
        var scratch = Directory.CreateTempSubdirectory("analytics-view-").FullName;
        EmbeddedClickHouse? engine = null;
        try
        {
            CopyDefinitions(tables, Path.Combine(scratch, "clickhouse"));
            engine = await EmbeddedClickHouse.OpenAsync(options, scratch, tables, logger);
            await CheckAsync(engine);
            return new TablesView(directoryLock, scratch, engine);
        }
        catch (Exception e)
        {
            if (engine is not null)
            {
                await engine.DisposeAsync();
            }

            Directory.Delete(scratch, recursive: true);
            directoryLock?.Dispose();
            if (e is IOException or UnauthorizedAccessException)
            {
                throw new ClickHouseException(0, $"The tables in {tables} cannot be read: {e.Message}", inner: e);
            }

            throw;
        }
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await _engine.DisposeAsync();
        Directory.Delete(_scratch, recursive: true);
        _lock?.Dispose();
    }

    /// <summary>Tables looked for in the wrong place would be empty, without a word.</summary>
    private static async Task CheckAsync(EmbeddedClickHouse engine)
    {
        var policy = await engine.ReadRowsAsync("SELECT value FROM system.merge_tree_settings WHERE name = 'storage_policy'");
        if (policy is not [[EngineConfig.ReadInPlacePolicy]])
        {
            throw new ClickHouseException(0, "The engine does not look for the tables where they are.");
        }
    }

    /// <summary>
    /// <c>metadata/DATABASE.sql</c> defines a database; <c>metadata/DATABASE</c> is a link to the folder below <c>store</c> that defines its tables.
    /// </summary>
    private static void CopyDefinitions(string tables, string copy)
    {
        Directory.CreateDirectory(Path.Combine(copy, "metadata"));
        CopyFiles(tables, copy, "metadata");
        foreach (var database in new DirectoryInfo(Path.Combine(tables, "metadata")).EnumerateDirectories())
        {
            var target = database.ResolveLinkTarget(returnFinalTarget: true)?.FullName ?? database.FullName;
            var folder = Path.GetRelativePath(tables, target);
            if (folder.StartsWith("..", StringComparison.Ordinal))
            {
                throw new IOException($"The definitions of {database.Name} are not below {tables}.");
            }

            Directory.CreateDirectory(Path.Combine(copy, folder));
            CopyFiles(tables, copy, folder);
            if (folder != Path.Combine("metadata", database.Name))
            {
                Directory.CreateSymbolicLink(Path.Combine(copy, "metadata", database.Name), Path.Combine("..", folder));
            }
        }
    }

    private static void CopyFiles(string from, string to, string folder)
    {
        foreach (var path in Directory.EnumerateFiles(Path.Combine(from, folder), "*.sql"))
        {
            File.Copy(path, Path.Combine(to, folder, Path.GetFileName(path)));
        }
    }
}

using System.Runtime.InteropServices;

namespace Analytics.Grains.ClickHouse.Embedded;

/// <summary>Finds and loads <c>libchdb.so</c>, once a process.</summary>
internal static class ChdbLibrary
{
    /// <summary>Environment variable with the library's path.</summary>
    public const string PathVariable = "CHDB_LIBRARY_PATH";

    /// <summary>The version this code was tested with, the same as in <c>eng/fetch-chdb.sh</c>.</summary>
    public const string Version = "26.7.3-stable.1";

    private static readonly Lock Gate = new();
    private static nint _handle;
    private static string? _loadedPath;

    /// <summary>The path that is used: the option, else the environment, else the user's cache.</summary>
    /// <param name="option"><see cref="Configuration.ClickHouseOptions.LibraryPath"/>.</param>
    /// <param name="environment">Reads an environment variable.</param>
    public static string Locate(string? option, Func<string, string?> environment)
    {
        if (!string.IsNullOrEmpty(option))
        {
            return Path.GetFullPath(option);
        }

        var variable = environment(PathVariable);
        return string.IsNullOrEmpty(variable) ? CachePath(environment) : Path.GetFullPath(variable);
    }

    /// <summary>Loads the library, or does nothing when it is loaded from this path already.</summary>
    /// <exception cref="ClickHouseException">There is no such file, it does not load, or another one is loaded.</exception>
    public static void Load(string path)
    {
        lock (Gate)
        {
            if (_loadedPath == path)
            {
                return;
            }

            if (!File.Exists(path))
            {
                throw new ClickHouseException(
                    0,
                    $"The ClickHouse library is not at {path}: run eng/fetch-chdb.sh, or set ClickHouse:LibraryPath or {PathVariable} to a libchdb.so {Version}.");
            }

            if (_loadedPath is not null)
            {
                throw new ClickHouseException(0, $"The ClickHouse library {_loadedPath} is loaded already; a process cannot load {path} besides it.");
            }

            _handle = LoadFile(path);
            _loadedPath = path;
            NativeLibrary.SetDllImportResolver(
                typeof(ChdbLibrary).Assembly, static (name, _, _) => name == ChdbNative.Library ? _handle : 0);
            ChdbNative.SetSignalHandlersEnabled(0);
        }
    }

    private static nint LoadFile(string path)
    {
        try
        {
            return NativeLibrary.Load(path);
        }
        catch (Exception exception) when (exception is DllNotFoundException or BadImageFormatException)
        {
            throw new ClickHouseException(0, $"The ClickHouse library {path} does not load: {exception.Message}", inner: exception);
        }
    }

    private static string CachePath(Func<string, string?> environment)
    {
        var cache = environment("XDG_CACHE_HOME");
        if (string.IsNullOrEmpty(cache))
        {
            cache = Path.Combine(environment("HOME") ?? Path.GetTempPath(), ".cache");
        }

        return Path.Combine(cache, "analytics", "chdb", Version, "libchdb.so");
    }
}

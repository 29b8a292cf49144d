using System.Collections.Frozen;

namespace Analytics.Silo.Http.Dashboard;

/// <summary>The dashboard's files, read once: some 300 KB.</summary>
internal sealed class DashboardFiles
{
    /// <summary>The page itself.</summary>
    public const string Page = "index.html";

    private static readonly FrozenDictionary<string, string> ContentTypes = new Dictionary<string, string>
    {
        [".html"] = "text/html; charset=utf-8",
        [".js"] = "text/javascript; charset=utf-8",
        [".css"] = "text/css; charset=utf-8",
        [".svg"] = "image/svg+xml",
    }.ToFrozenDictionary(StringComparer.Ordinal);

    private readonly FrozenDictionary<string, DashboardFile> _files;

    /// <summary>Reads a folder; one that is missing has no files.</summary>
    public DashboardFiles(string folder) => _files = (Directory.Exists(folder) ? Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories) : [])
        .Where(static path => ContentTypes.ContainsKey(Path.GetExtension(path)))
        .ToFrozenDictionary(
            path => Path.GetRelativePath(folder, path).Replace(Path.DirectorySeparatorChar, '/'),
            static path => new DashboardFile(ContentTypes[Path.GetExtension(path)], File.ReadAllBytes(path)),
            StringComparer.Ordinal);

    /// <summary>Where the build puts them: beside the program.</summary>
    public static string Folder => Path.Combine(AppContext.BaseDirectory, "dashboard");

    /// <summary>A file by its path below the folder, with slashes; <see langword="null"/> when there is none.</summary>
    public DashboardFile? Find(string path) => _files.GetValueOrDefault(path);
}

namespace Analytics.Tests.Tidy;

/// <summary>A text file of the repository.</summary>
/// <param name="Path">Relative to the root, with slashes.</param>
/// <param name="Text">What is in it.</param>
internal sealed record SourceFile(string Path, string Text)
{
    private static readonly string[] Extensions = [".cs", ".csproj", ".props", ".targets", ".sln", ".sh", ".md", ".json", ".yml", ".yaml", ".html", ".js", ".css", ""];
    private static readonly string[] Generated = ["artifacts", ".git", "bin", "obj", "data", "node_modules"];

    /// <summary>The lines, without their ends.</summary>
    public string[] Lines { get; } = Text.Split('\n');

    /// <summary>Whether it is code of the product, not of its tests or benchmarks.</summary>
    public bool IsProductCode => IsCode && !Path.StartsWith("tests/", StringComparison.Ordinal) && !Path.StartsWith("bench/", StringComparison.Ordinal);

    /// <summary>Whether it is C#.</summary>
    public bool IsCode => Path.EndsWith(".cs", StringComparison.Ordinal);

    /// <summary>Every text file below the root but what builds and runs leave there.</summary>
    public static IReadOnlyList<SourceFile> ReadAll(string root) => [.. Walk(root, string.Empty)];

    private static IEnumerable<SourceFile> Walk(string root, string folder)
    {
        foreach (var path in Directory.EnumerateFiles(System.IO.Path.Combine(root, folder)))
        {
            if (Extensions.Contains(System.IO.Path.GetExtension(path)))
            {
                yield return new SourceFile(folder + System.IO.Path.GetFileName(path), File.ReadAllText(path));
            }
        }

        foreach (var path in Directory.EnumerateDirectories(System.IO.Path.Combine(root, folder)))
        {
            var name = System.IO.Path.GetFileName(path);
            foreach (var file in Generated.Contains(name) ? [] : Walk(root, $"{folder}{name}/"))
            {
                yield return file;
            }
        }
    }
}

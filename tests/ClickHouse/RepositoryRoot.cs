namespace Analytics.Tests.ClickHouse;

/// <summary>Where the repository's files are, from where the tests run.</summary>
internal static class RepositoryRoot
{
    public static string Path { get; } = Find(AppContext.BaseDirectory);

    private static string Find(string directory) =>
        File.Exists(System.IO.Path.Combine(directory, "Analytics.sln")) ? directory : Find(System.IO.Path.GetDirectoryName(directory)!);
}

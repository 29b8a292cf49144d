using System.Reflection;

namespace Analytics.Tests;

/// <summary>The silo as people start it: what its build puts into <c>artifacts/app</c>.</summary>
internal static class SiloProgram
{
    /// <summary>The file that <c>dotnet</c> runs.</summary>
    public static string Path { get; } = System.IO.Path.Combine(
        RepositoryRoot.Path,
        "artifacts/app",
        typeof(SiloProgram).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(of => of.Key == "OrleansFlavour").Value!,
        "Analytics.Silo/Analytics.Silo.dll");
}

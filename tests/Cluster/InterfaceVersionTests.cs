// Goal: silos of two versions may run side by side: an actors' interface that has other methods than it was released with has a higher version, so that calls go to silos that know them.
using System.Reflection;
using System.Runtime.CompilerServices;
using Analytics.GrainInterfaces;
using Orleans;
using Orleans.CodeGeneration;
using Xunit;

namespace Analytics.Tests.Cluster;

public sealed class InterfaceVersionTests
{
    private const string FileName = "interface-versions.txt";

    private static IEnumerable<Type> Interfaces => typeof(IMetricGrain).Assembly.GetTypes()
        .Where(type => type.IsInterface && type.IsAssignableTo(typeof(IGrain))).OrderBy(type => type.Name, StringComparer.Ordinal);

    [Fact]
    public void Every_interface_has_the_methods_that_were_released_under_its_version()
    {
        Assert.True(Interfaces.Count() >= 4);
        Assert.Empty(Interfaces.Select(type => WhyNot(type, ReadLines())).OfType<string>());
    }

    [Fact]
    public void Methods_that_came_or_went_without_a_higher_version_are_found()
    {
        var line = LineOf(typeof(IReleased));
        Assert.Null(WhyNot(typeof(IReleased), [line]));
        Assert.Contains("Raise its [Version]", WhyNot(typeof(IReleased), [line.Replace("Read", "Read,Removed", StringComparison.Ordinal)]), StringComparison.Ordinal);
        Assert.Contains("Raise its [Version]", WhyNot(typeof(IReleased), [line.Replace(",Write", "", StringComparison.Ordinal)]), StringComparison.Ordinal);
        Assert.Contains("Add the line", WhyNot(typeof(IReleased), [line.Replace(" 2 ", " 1 ", StringComparison.Ordinal)]), StringComparison.Ordinal);
    }

    private static string? WhyNot(Type type, IReadOnlyList<string> released)
    {
        var line = LineOf(type);
        var begin = line[..(line.LastIndexOf(' ') + 1)];
        return released.Contains(line) ? null
            : released.Any(other => other.StartsWith(begin, StringComparison.Ordinal)) ? $"{type.Name} had other methods under this version. Raise its [Version], and add a line."
            : $"{type.Name} has a new version. Add the line: {line}";
    }

    private static string LineOf(Type type)
    {
        var methods = type.GetMethods().Select(method => method.GetCustomAttribute<AliasAttribute>()?.Alias ?? method.Name).Order(StringComparer.Ordinal);
        return $"{type.Name} {type.GetCustomAttribute<VersionAttribute>()!.Version} {string.Join(',', methods)}";
    }

    private static string[] ReadLines([CallerFilePath] string path = "") => File.ReadAllLines(Path.Combine(Path.GetDirectoryName(path)!, FileName));

    [Version(2)]
    private interface IReleased
    {
        Task Read();

        Task Write();
    }
}

using Xunit;

namespace Analytics.Tests.OrleansEmbedded;

/// <summary>Names what this package set cannot run, so that it is listed and not silently absent.</summary>
public sealed class OnlyOnThePackages
{
    [Fact(Skip = "In one process nothing is serialized: tests/OrleansPackages runs on the Microsoft.Orleans.* packages (PACKAGE_SET=full).")]
    public void Messages_between_silos_arrive_as_they_were_sent()
    {
    }
}

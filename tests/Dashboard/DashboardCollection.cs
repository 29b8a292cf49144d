using Xunit;

namespace Analytics.Tests.Dashboard;

/// <summary>Tests that share the browser and the silo, one after the other.</summary>
[CollectionDefinition(Name)]
public sealed class DashboardCollection : ICollectionFixture<DashboardFixture>
{
    /// <summary>The collection's name.</summary>
    public const string Name = "Dashboard";
}

using Xunit;

namespace Analytics.Tests.Views.Sinks;

/// <summary>Tests that share a PostgreSQL, one after the other: some stop it.</summary>
[CollectionDefinition("Postgres")]
public sealed class StoppablePostgresCollection : ICollectionFixture<StoppablePostgresFixture>;

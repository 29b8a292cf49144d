using Xunit;

namespace Analytics.Tests.Kafka;

/// <summary>Test classes that share a broker, one test at a time: <c>[Collection(KafkaBrokerCollection.Name)]</c>.</summary>
[CollectionDefinition(Name)]
public sealed class KafkaBrokerCollection : ICollectionFixture<KafkaBrokerFixture>
{
    /// <summary>The collection's name.</summary>
    public const string Name = "Kafka broker";
}

// Goal: what crosses a grain call between silos arrives as it was sent. Only on the Orleans packages: in one process nothing is serialized.
using Analytics.GrainInterfaces;
using Analytics.GrainInterfaces.Batches;
using Analytics.GrainInterfaces.Ledger;
using Analytics.GrainInterfaces.Live;
using Analytics.GrainInterfaces.Schema;
using Analytics.GrainInterfaces.Views;
using Analytics.Silo.Ingest.Streams;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Runtime;
using Orleans.Serialization;
using Orleans.Serialization.Serializers;
using Xunit;

namespace Analytics.Tests.OrleansPackages;

public sealed class MessageSerializationTests : IDisposable
{
    private readonly ServiceProvider _services = new ServiceCollection().AddSerializer().BuildServiceProvider();

    public void Dispose() => _services.Dispose();

    [Fact]
    public void Batches_with_their_columns_arrive_whole()
    {
        var column = new FieldColumn
        {
            Name = "amount",
            Kind = FieldKind.Mixed,
            Kinds = [FieldKind.Int64, FieldKind.String],
            Rows = [0, 2],
            Bits = [7, FieldColumn.HeapRange(0, 2)],
            Heap = "ab"u8.ToArray(),
        };
        var batch = new EventBatch
        {
            Project = "shop",
            Metric = "purchase",
            Origin = new BatchOrigin(3, 17, 100, 120, 5, 1),
            Times = [1, 2, 3],
            Received = [4, 5, 6],
            Offsets = [121, 121, 122],
            Sequences = [0, 1, 0],
            IdEnds = [1, 1, 2],
            IdHeap = "xy"u8.ToArray(),
            Fields = [column],
        };

        var sent = new MetricBatches(StreamId.Create("metrics", "shop/purchase"), [batch]);
        var arrived = RoundTrip(sent);
        Assert.Equal(sent.StreamId, arrived.StreamId);
        Assert.Equal(sent.SequenceToken, arrived.SequenceToken);
        Assert.Equivalent(batch, Assert.Single(arrived.Batches), strict: true);
        Assert.Equal("y"u8.ToArray(), arrived.Batches[0].IdAt(2).ToArray());
    }

    [Fact]
    public void A_token_keeps_its_place()
    {
        var token = new LogSequenceToken(42, 7);
        Assert.Equal(token, RoundTrip(token));
        Assert.NotEqual(token, RoundTrip(new LogSequenceToken(42, 8)));
    }

    [Fact]
    public void A_snapshot_arrives_whole()
    {
        var snapshot = new MetricSnapshot
        {
            Project = "shop",
            Metric = "purchase",
            Total = 2,
            Duplicates = 1,
            FirstMs = 5,
            LastMs = null,
            RateSecond = 1,
            RateMinute = 2,
            DurableRows = 2,
            DurablePositions = [new PartitionPosition(1, 9)],
            FreshnessMs = 3,
            Drift = -3,
            Fields =
            [
                new FieldSnapshot
                {
                    Name = "amount",
                    Type = "Float64",
                    Count = 2,
                    Null = 1,
                    Conflicts = 1,
                    Min = JsonScalar.Of(3.5),
                    Max = JsonScalar.OfTime(1_000),
                    Sum = JsonScalar.Of(15.5),
                    Avg = JsonScalar.Of(7.75),
                    Unique = 2,
                    Top = [new TopValue("a", 2)],
                },
            ],
        };
        Assert.Equivalent(snapshot, RoundTrip(snapshot), strict: true);
    }

    [Fact]
    public void A_view_with_its_sinks_arrives_whole()
    {
        var view = new ViewDefinition
        {
            Name = "v",
            GroupBy = new[] { "branch" },
            WindowMs = 2000,
            EveryMs = 1000,
            Aggregates = new[] { new ViewAggregate(ViewAggregateKind.Sum, "amount") },
            Sinks = [new ViewSink(ViewSinkKind.Postgres) { Table = "flow", Columns = [new SinkColumn("window_end", "at")] }],
            SinceMs = 7,
        };
        var snapshot = new ViewSnapshot(view, 3, [new ViewWindow(0, 2000, true, [new ViewRow([JsonScalar.OfText("Bern"), null], false, [JsonScalar.Of(2.5)])])])
        {
            Sinks = [new ViewSinkState(ViewSinkKind.Postgres, "\"flow\"", 9, 2, 1, "away")],
            Missed = 4,
        };
        Assert.Equivalent(snapshot, RoundTrip(snapshot), strict: true);
    }

    [Fact]
    public void A_schema_arrives_whole()
    {
        var schema = new MetricSchema
        {
            Project = "shop",
            Metric = "purchase",
            Table = "purchase",
            Version = 3,
            Columns = [new SchemaColumn("a", "Int64", "Nullable(Int64)", 1, true)],
            Extra = [new ExtraField("b", 2, "columns_max")],
        };
        Assert.Equivalent(schema, RoundTrip(schema), strict: true);
    }

    [Fact]
    public void The_ledgers_words_arrive_whole()
    {
        var status = new LedgerStatus(false, 7, 2, "why");
        Assert.Equal(status, RoundTrip(status));
        var chunk = new ChunkRegistration(1, 2, 3);
        Assert.Equal(chunk, RoundTrip(chunk));
        BatchAcknowledgement[] acknowledgements = [new(1, 2, 3, 4), new(5, 6, 7, 8)];
        Assert.Equal(acknowledgements, RoundTrip(acknowledgements));
    }

    [Fact]
    public void Every_type_a_grain_takes_or_gives_can_be_sent()
    {
        var types = typeof(IMetricGrain).Assembly.GetTypes()
            .Where(type => type.IsInterface && typeof(IAddressable).IsAssignableFrom(type))
            .SelectMany(type => type.GetMethods())
            .SelectMany(method => method.GetParameters().Select(parameter => parameter.ParameterType).Concat(method.ReturnType.GenericTypeArguments))
            .Append(typeof(EventBatch))
            .Where(type => type != typeof(CancellationToken)) // The runtime sends cancellation, not the token.
            .Distinct()
            .ToArray();
        var codecs = _services.GetRequiredService<ICodecProvider>();
        Assert.Contains(typeof(BatchAcknowledgement[]), types);
        Assert.All(types, type => Assert.NotNull(codecs.TryGetCodec(type)));
    }

    private T RoundTrip<T>(T message)
    {
        var serializer = _services.GetRequiredService<Serializer>();
        return serializer.Deserialize<T>(serializer.SerializeToArray(message))!;
    }
}

// Goal: Kafka's settings, lists and librdkafka's own ones among them, are read by their documented names; whatever is wrong with them stops the start
// with the setting's full name and what is allowed, and no message ever shows what may be a secret.
using Analytics.Silo.Configuration;
using Analytics.Silo.Log.Kafka;
using Microsoft.Extensions.Configuration;
using Xunit;
using static Analytics.Tests.Configuration.GivenSettings;

namespace Analytics.Tests.Configuration;

public sealed class KafkaSettingsTests
{
    private const string Secret = "hunter2";

    private static readonly (string, string)[] Orders =
        [("Kafka:Mappings:0:Topic", "orders"), ("Kafka:Mappings:0:Project", "shop"), ("Kafka:Mappings:0:Metric", "orders")];

    [Fact]
    public void Everything_that_is_given_reaches_its_property()
    {
        var kafka = Read(
        [
            ("Log:Kind", "Kafka"), ("Kafka:BootstrapServers", "a:9092, [::1]:9093,SASL_SSL://b.c:1"), ("Kafka:Topics", @"x, ^eu\..*"), ("Kafka:OutOfRange", "Earliest"),
            ("Kafka:Properties:security.protocol", "sasl_ssl"), ("Kafka:Properties:sasl.password", Secret), ("Kafka:Properties:empty", ""),
            .. Orders, ("kafka:mappings:0:timefield", "ts"), ("Kafka:Mappings:0:TimeUnit", "Nanoseconds"), ("Kafka:Mappings:0:IdField", "größe"),
            ("Kafka:Mappings:0:KeyField", "_key"), ("Kafka:Mappings:0:HeaderPrefix", "_"),
            ("Kafka:Mappings:clicks:Topic", "clicks"), ("Kafka:Mappings:clicks:Project", "p"), ("Kafka:Mappings:clicks:Metric", "m"),
        ]).Kafka;
        Assert.Equal(("a:9092, [::1]:9093,SASL_SSL://b.c:1", @"x, ^eu\..*", "Earliest"), (kafka.BootstrapServers, kafka.Topics, kafka.OutOfRange));
        Assert.Equal(
            [new("empty", ""), new("sasl.password", Secret), new("security.protocol", "sasl_ssl")],
            kafka.Properties.OrderBy(property => property.Key, StringComparer.Ordinal));
        Assert.Equal(
            [
                new KafkaMapping
                {
                    Topic = "orders", Project = "shop", Metric = "orders", TimeField = "ts", TimeUnit = "Nanoseconds", IdField = "größe", KeyField = "_key", HeaderPrefix = "_",
                },
                new KafkaMapping { Topic = "clicks", Project = "p", Metric = "m" },
            ],
            kafka.Mappings);
    }

    [Fact]
    public void Brokers_are_needed_when_the_log_is_Kafka()
    {
        var problem = Assert.Single(ProblemsOf(("Log:Kind", "Kafka")));
        Assert.Equal("Analytics:Kafka:BootstrapServers", problem.Setting);
        Assert.Empty(ProblemsOf(("Log:Kind", "Kafka"), ("Kafka:BootstrapServers", "a:1")));
        Assert.Empty(ProblemsOf(("Kafka:BootstrapServers", "")));
    }

    [Fact]
    public void Partitions_of_Kafka_need_no_room_in_a_file_log()
    {
        Assert.Single(ProblemsOf(("Log:Partitions", "1000")));
        Assert.Empty(ProblemsOf(("Log:Partitions", "1000"), ("Log:Kind", "Kafka"), ("Kafka:BootstrapServers", "a:1")));
    }

    [Theory]
    [InlineData("Kafka:BootstrapServers", "a:1,b:65535", "a", "a:0", "a:65536", "a:1,", "a b:1", " ", "u:p@a:1", "::1:9092")]
    [InlineData("Kafka:Topic", "a.B_c-9", "", ".", "..", "a/b", "ä", "a b", "a\n")]
    [InlineData("Kafka:Topics", "a,^b", "a,", "a/b", "^", "a,^(")]
    [InlineData("Kafka:Group", "a b", "", " ")]
    [InlineData("Kafka:OutOfRange", "Stop", "stop", "Latest")]
    [InlineData("Kafka:Mappings:0:Topic", "t", "", "a/b")]
    [InlineData("Kafka:Mappings:0:Project", "p_1", "", "P", "analytics", "1p")]
    [InlineData("Kafka:Mappings:0:Metric", "any thing/ü", "", "a\nb")]
    [InlineData("Kafka:Mappings:0:TimeField", "_received", "", "\u0007")]
    [InlineData("Kafka:Mappings:0:TimeUnit", "Seconds", "seconds", "")]
    [InlineData("Kafka:Mappings:0:IdField", "id", "", "\u0085")]
    [InlineData("Kafka:Mappings:0:KeyField", "key", "", "_offset", "_time", "\t")]
    [InlineData("Kafka:Mappings:0:HeaderPrefix", "h_", "", "\t")]
    public void A_text_is_taken_or_refused_with_what_is_allowed(string name, string allowed, params string[] refused)
    {
        var others = Orders.Where(setting => setting.Item1 != name).ToArray();
        Assert.Empty(ProblemsOf([.. others, (name, allowed)]));
        foreach (var value in refused)
        {
            var problem = Assert.Single(ProblemsOf([.. others, (name, value)]));
            Assert.Equal(("Analytics:" + name, value), (problem.Setting, problem.Value));
            Assert.Contains(SettingRules.All[name.Replace(":0:", ":n:", StringComparison.Ordinal)].Allowed, problem.Allowed, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Half_a_character_is_in_no_name() =>
        Assert.Equal("Analytics:Kafka:Mappings:0:Metric", Assert.Single(ProblemsOf([.. Orders[..2], ("Kafka:Mappings:0:Metric", "\ud800")])).Setting);

    [Theory]
    [InlineData("Kafka:Topic", 249)]
    [InlineData("Kafka:Group", 255)]
    [InlineData("Kafka:Mappings:0:Metric", 128)]
    [InlineData("Kafka:Mappings:0:Project", 63)]
    [InlineData("Kafka:Mappings:0:TimeField", 128)]
    [InlineData("Kafka:Mappings:0:KeyField", 121)]
    [InlineData("Kafka:Mappings:0:HeaderPrefix", 128)]
    public void A_name_may_have_so_many_characters(string name, int length)
    {
        var others = Orders.Where(setting => setting.Item1 != name).ToArray();
        Assert.Empty(ProblemsOf([.. others, (name, new string('x', length))]));
        Assert.Single(ProblemsOf([.. others, (name, new string('x', length + 1))]));
    }

    [Theory]
    [InlineData("Kafka:Mappings:0:Topic")]
    [InlineData("Kafka:Mappings:0:Project")]
    [InlineData("Kafka:Mappings:0:Metric")]
    public void A_mapping_without_what_it_must_have_is_refused(string name)
    {
        var problem = Assert.Single(ProblemsOf([.. Orders.Where(setting => setting.Item1 != name)]));
        Assert.Equal("Analytics:" + name, problem.Setting);
        Assert.StartsWith("must be given; allowed: ", problem.Allowed, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Kafka:Mappings:b:Topic", "orders", "Analytics:Kafka:Mappings:0 has it")]
    [InlineData("Kafka:Mappings:b:Topic", "mine", "must not be Kafka:Topic")]
    [InlineData("Kafka:Mappings:b:TimeField", "_id", "time and id")]
    public void Mappings_that_contradict_each_other_are_refused(string name, string value, string words)
    {
        (string, string)[] second = [("Kafka:Mappings:b:Topic", "b"), ("Kafka:Mappings:b:Project", "p"), ("Kafka:Mappings:b:Metric", "m")];
        (string, string)[] settings = [("Kafka:Topic", "mine"), .. Orders, .. second.Where(setting => setting.Item1 != name)];
        var problem = Assert.Single(ProblemsOf([.. settings, (name, value)]));
        Assert.Equal(("Analytics:" + name, value), (problem.Setting, problem.Value));
        Assert.Contains(words, problem.Allowed, StringComparison.Ordinal);
        Assert.Empty(ProblemsOf([.. settings, (name, "another")]));
    }

    [Fact]
    public void Unknown_names_and_wrong_forms_inside_lists_are_told_as_elsewhere()
    {
        var unknown = Assert.Single(ProblemsOf([.. Orders, ("Kafka:Mappings:0:TimeFeld", "x")]));
        Assert.Equal("Analytics:Kafka:Mappings:0:TimeFeld", unknown.Setting);
        Assert.Contains("did you mean Analytics:Kafka:Mappings:n:TimeField?", unknown.Allowed, StringComparison.Ordinal);
        Assert.Contains("a list of groups", Assert.Single(ProblemsOf(("Kafka:Mappings", "orders"))).Allowed, StringComparison.Ordinal);
        Assert.Contains("a group of settings", ProblemsOf(("Kafka:Mappings:0", "orders"))[0].Allowed, StringComparison.Ordinal);
        Assert.Contains("one value", Assert.Single(ProblemsOf([.. Orders, ("Kafka:Mappings:0:IdField:x", "y")])).Allowed, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("bootstrap.servers", "Kafka:BootstrapServers")]
    [InlineData("metadata.broker.list", "Kafka:BootstrapServers")]
    [InlineData("group.id", "Kafka:Group")]
    [InlineData("auto.offset.reset", "Kafka:OutOfRange")]
    [InlineData("enable.auto.commit", "the log decides it")]
    [InlineData("auto.commit.enable", "the log decides it")]
    [InlineData("enable.auto.offset.store", "the log decides it")]
    [InlineData("offset.store.method", "the log decides it")]
    [InlineData("enable.partition.eof", "the log decides it")]
    [InlineData("acks", "the log decides it")]
    [InlineData("request.required.acks", "the log decides it")]
    [InlineData("Partition.Assignment.Strategy", "the log decides it")]
    [InlineData("group.instance.id", "the log decides it")]
    public void What_the_log_decides_cannot_be_given_to_the_library(string name, string words)
    {
        var problem = Assert.Single(ProblemsOf(("Kafka:Properties:" + name, Secret)));
        Assert.Equal(("Analytics:Kafka:Properties:" + name, null), (problem.Setting, problem.Value));
        Assert.Contains(words, problem.Allowed, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Kafka:Properties:sasl.password:x")]
    [InlineData("Kafka:Properties")]
    [InlineData("Kafka:sasl.password")]
    [InlineData("Kafka:anything")]
    [InlineData("Kafka:Mappings:0:ssl.key.password")]
    [InlineData("Kafka:Group:ssl.key.password")]
    [InlineData("Kafka:Propertys:sasl.oauthbearer.config")]
    [InlineData("sasl.oauthbearer.config")]
    [InlineData("Flush:Password")]
    [InlineData("ssl.key.pem")]
    public void A_secret_is_in_no_message_wherever_it_was_put(string name)
    {
        var problems = ProblemsOf([.. Orders, (name, Secret)]);
        Assert.NotEmpty(problems);
        Assert.DoesNotContain(Secret, new SettingsException(problems).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Options_as_text_show_no_secret() =>
        Assert.DoesNotContain(Secret, Read(("Kafka:Properties:sasl.password", Secret)).ToString(), StringComparison.Ordinal);
}

// Goal: every setting can be given by its documented name, both sides of every range are right, and whatever is wrong
// (value, form, name, relation) stops the start with setting, value and allowed range, all problems at once.
using System.Globalization;
using Analytics.Silo.Configuration;
using Microsoft.Extensions.Configuration;
using Xunit;
using static Analytics.Tests.Configuration.GivenSettings;

namespace Analytics.Tests.Configuration;

public sealed class SettingsReaderTests
{
    public static TheoryData<string> NumberNames =>
        [.. SettingRules.All.Values.OfType<SettingRule.Number>().Select(rule => rule.Name)];

    [Fact]
    public void No_configuration_gives_the_defaults()
    {
        Assert.Equal(new AnalyticsOptions(), Read());
    }

    [Fact]
    public void Every_setting_has_a_rule_and_every_rule_a_setting()
    {
        Assert.Equal(
            SettingsReader.All(typeof(AnalyticsOptions)).Select(setting => setting.Name).Order(StringComparer.Ordinal),
            SettingRules.All.Keys.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Every_default_is_allowed_and_fits_its_type_at_both_ends()
    {
        foreach (var (name, property, value) in SettingsReader.All(typeof(AnalyticsOptions)))
        {
            var rule = SettingRules.All[name];
            Assert.True(rule.IsRequired || rule.Allows(value), $"{name}: the default {value} is not allowed.");
            Assert.True(property.PropertyType != typeof(int) || rule is SettingRule.Number { Max: <= int.MaxValue }, name);
        }
    }

    [Theory]
    [MemberData(nameof(NumberNames))]
    public void A_number_is_taken_up_to_both_ends_of_its_range_and_not_beyond(string name)
    {
        var rule = (SettingRule.Number)SettingRules.All[name];
        foreach (var allowed in new[] { rule.Min, rule.Max })
        {
            // Relations to other settings may still be broken, but never this setting's own range.
            var problems = ProblemsOf((name, Text(allowed)));
            Assert.DoesNotContain(problems, problem => problem.Value is not null);
        }

        foreach (var refused in new[] { rule.Min - 1, rule.Max + 1 })
        {
            var problem = Assert.Single(ProblemsOf((name, Text(refused))));
            Assert.Equal("Analytics:" + name, problem.Setting);
            Assert.Equal(Text(refused), problem.Value);
            Assert.Contains(rule.Allowed, problem.Allowed, StringComparison.Ordinal);
        }
    }

    [Theory]
    [MemberData(nameof(NumberNames))]
    public void A_number_in_range_reaches_its_property(string name)
    {
        var (_, _, value) = SettingsReader.All(typeof(AnalyticsOptions)).Single(setting => setting.Name == name);
        var rule = (SettingRule.Number)SettingRules.All[name];
        var number = Convert.ToInt64(value, CultureInfo.InvariantCulture);
        var other = number > rule.Min ? number - 1 : number + 1;
        (string, string)[] server = name is "ClickHouse:ConnectSecondsMax" or "ClickHouse:StatementSecondsMax" ? [("ClickHouse:Kind", "Http"), ("ClickHouse:Url", "http://a")] : [];
        var options = Read([.. server, (name, Text(other))]);
        object at = options;
        foreach (var part in name.Split(':'))
        {
            at = at.GetType().GetProperty(part)!.GetValue(at)!;
        }

        Assert.Equal(other, Convert.ToInt64(at, CultureInfo.InvariantCulture));
    }

    [Theory]
    [InlineData("Flush:IntervalMs", "soon")]
    [InlineData("Flush:IntervalMs", "")]
    [InlineData("Flush:IntervalMs", "1.5")]
    [InlineData("Flush:IntervalMs", "1,000")]
    [InlineData("Log:TotalBytesMax", "8GB")]
    public void A_text_where_a_number_belongs_is_refused(string name, string value)
    {
        var problem = Assert.Single(ProblemsOf((name, value)));
        Assert.Contains("whole number", problem.Allowed, StringComparison.Ordinal);
        Assert.Equal(value, problem.Value);
    }

    [Theory]
    [InlineData("Log:Kind", "Kafkaesque", "File")]
    [InlineData("ClickHouse:Kind", "embedded", "Embedded")]
    [InlineData("DataDirectory", " ", "a path")]
    [InlineData("ClickHouse:LibraryPath", "", "a path")]
    [InlineData("Http:Urls", "", "http://")]
    [InlineData("Http:Urls", "localhost:8080", "http://")]
    [InlineData("Http:Urls", "http://127.0.0.1:1;ftp://x", "http://")]
    [InlineData("Http:Urls", "http://127.0.0.1:1/base", "http://")]
    public void A_text_that_is_not_allowed_is_refused(string name, string value, string allowed)
    {
        var problem = Assert.Single(ProblemsOf((name, value)));
        Assert.Equal("Analytics:" + name, problem.Setting);
        Assert.Contains(allowed, problem.Allowed, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("http://127.0.0.1:0")]
    [InlineData("http://*:8080")]
    [InlineData("http://+:8080; http://[::1]:9000")]
    public void Addresses_of_every_usual_form_are_taken(string urls)
    {
        Assert.Equal(urls, Read(("Http:Urls", urls)).Http.Urls);
    }

    [Theory]
    [InlineData("Flush:IntervallMs", "Analytics:Flush:IntervalMs")]
    [InlineData("Flsh:IntervalMs", null)]
    [InlineData("IntervalMs", "Analytics:Flush:IntervalMs")]
    [InlineData("DataDir", "Analytics:DataDirectory")]
    [InlineData("Limits:Colour", null)]
    public void An_unknown_name_is_an_error_with_a_suggestion_when_one_is_near(string name, string? suggestion)
    {
        var problem = Assert.Single(ProblemsOf((name, "1")));
        Assert.Contains("no such setting", problem.Allowed, StringComparison.Ordinal);
        Assert.StartsWith("Analytics:" + name.Split(':')[0], problem.Setting, StringComparison.Ordinal);
        if (suggestion is not null)
        {
            Assert.Contains(suggestion, problem.Allowed, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_group_given_as_a_value_and_a_value_given_as_a_group_are_errors()
    {
        Assert.Contains("IntervalMs", Assert.Single(ProblemsOf(("Flush", "5"))).Allowed, StringComparison.Ordinal);
        Assert.Contains("one value", Assert.Single(ProblemsOf(("DataDirectory:Path", "/x"))).Allowed, StringComparison.Ordinal);
    }

    [Fact]
    public void All_problems_are_told_at_once()
    {
        var problems = ProblemsOf(("Flush:IntervalMs", "1"), ("Log:Partitions", "0"), ("Limit:NestingMax", "3"), ("Http:Urls", "x"));
        Assert.Equal(4, problems.Count);
        var message = new SettingsException(problems).Message;
        Assert.Contains("4 problems", message, StringComparison.Ordinal);
        Assert.Contains("Analytics:Flush:IntervalMs = '1': allowed: 10 to 600,000", message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Limits:EventBytesMax", "33554433", "Limits:BodyBytesMax")]
    [InlineData("Limits:RecordBytesMax", "1025", "Limits:MessageBytesMax", "Limits:MessageBytesMax", "1024")]
    [InlineData("Limits:StringBytesMax", "1048577", "Limits:EventBytesMax")]
    [InlineData("Limits:ColumnsMax", "501", "Limits:FieldsPerEventMax", "Limits:FieldsPerEventMax", "500")]
    [InlineData("Http:BodiesBytesMax", "134217727", "Http:BodiesBytesMax")]
    [InlineData("Log:TotalBytesMax", "536870911", "Log:SegmentBytesMax")]
    public void A_broken_relation_names_both_settings(string name, string value, string other, string? second = null, string? secondValue = null)
    {
        var problems = second is null ? ProblemsOf((name, value)) : ProblemsOf((name, value), (second, secondValue!));
        Assert.Contains(problems, problem =>
            problem.ToString().Contains(name, StringComparison.Ordinal) && problem.ToString().Contains(other, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("Limits:EventBytesMax", "33554432")]
    [InlineData("Limits:StringBytesMax", "1048576")]
    [InlineData("Http:BodiesBytesMax", "134217728")]
    [InlineData("Log:TotalBytesMax", "536870912")]
    public void A_relation_may_be_met_exactly(string name, string value)
    {
        Assert.Empty(ProblemsOf((name, value)));
    }

    [Fact]
    public void Command_line_and_environment_use_the_same_names()
    {
        Environment.SetEnvironmentVariable("ANALYTICSTEST_Analytics__Flush__RowsMax", "77");
        try
        {
            var configuration = new ConfigurationBuilder()
                .AddEnvironmentVariables("ANALYTICSTEST_")
                .AddCommandLine(["--Analytics:Flush:IntervalMs", "250", "--Analytics:DataDirectory=/tmp/x"])
                .Build();
            var options = SettingsReader.Read(configuration);
            Assert.Equal((77, 250, "/tmp/x"), (options.Flush.RowsMax, options.Flush.IntervalMs, options.DataDirectory));
        }
        finally
        {
            Environment.SetEnvironmentVariable("ANALYTICSTEST_Analytics__Flush__RowsMax", null);
        }
    }

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}

using Analytics.GrainInterfaces.Alerts;
using Analytics.GrainInterfaces.Views;
using Orleans;

namespace Analytics.GrainInterfaces.Schema;

/// <summary>All that somebody has decided for a metric.</summary>
[GenerateSerializer, Immutable, Alias("analytics.MetricSettings")]
public sealed record MetricSettings
{
    /// <summary>Nothing is decided.</summary>
    public static MetricSettings None { get; } = new();

    /// <summary>Of its fields.</summary>
    [Id(0)]
    public SchemaSettings Schema { get; init; } = SchemaSettings.None;

    /// <summary>How long rows are kept, and where; <see langword="null"/> when the project's policy counts.</summary>
    [Id(1)]
    public RetentionPolicy? Retention { get; init; }

    /// <summary>Fields that got a column after values of theirs went to <c>_extra</c>, with how far those have moved.</summary>
    [Id(2)]
    public Promotion[] Promotions { get; init; } = [];

    /// <summary>Its views, by name.</summary>
    [Id(3)]
    public ViewDefinition[] Views { get; init; } = [];

    /// <summary>Its alerts, by name.</summary>
    [Id(5)]
    public AlertDefinition[] Alerts { get; init; } = [];

    /// <summary>The same with an alert, in place of an earlier one of the same name.</summary>
    public MetricSettings With(AlertDefinition alert) => this with { Alerts = [.. WithoutAlert(alert.Name).Alerts, alert] };

    /// <summary>The same without an alert.</summary>
    public MetricSettings WithoutAlert(string alert) => this with { Alerts = [.. Alerts.Where(other => other.Name != alert)] };

    /// <summary>The same with a view, in place of an earlier one of the same name.</summary>
    public MetricSettings With(ViewDefinition view) => this with { Views = [.. Without(view.Name).Views, view] };

    /// <summary>The same without a view.</summary>
    public MetricSettings Without(string view) => this with { Views = [.. Views.Where(other => other.Name != view)] };

    /// <summary>The same with a promotion, in place of an earlier one of the same field.</summary>
    public MetricSettings With(Promotion promotion) =>
        this with { Promotions = [.. Promotions.Where(other => other.Field != promotion.Field), promotion] };
}

using Analytics.GrainInterfaces.Alerts;
using Analytics.GrainInterfaces.Schema;
using Analytics.GrainInterfaces.Views;
using Analytics.Grains.Columns;
using Analytics.Grains.Configuration;

namespace Analytics.Grains.Alerts;

/// <summary>What an alert may be.</summary>
internal static class AlertRules
{
    /// <summary>Alerts of a metric at most: each is looked at several times a second.</summary>
    public const int AlertsMax = 20;

    /// <summary>Characters of a name at most.</summary>
    public const int NameMax = 64;

    /// <summary>Characters of a webhook's address at most.</summary>
    public const int WebhookMax = 2_000;

    /// <summary>Characters of a secret at most.</summary>
    public const int SecretMax = 256;

    /// <summary>The longest time that something must last, a day.</summary>
    public const long ForMsMax = 86_400_000;

    /// <summary>Standard deviations at most; more are never seen.</summary>
    public const double DeviationsMax = 1_000;

    private static readonly string[] NumbersOfAll = ["count", "null", "conflicts", "unique"];

    private static readonly string[] NumbersOfNumbers = [.. NumbersOfAll, "min", "max", "sum", "avg", "p50", "p90", "p99"];

    /// <summary>What is wrong with a definition, in the caller's words; <see langword="null"/> when nothing is.</summary>
    /// <param name="alert">The definition.</param>
    /// <param name="options">Where webhooks may be.</param>
    /// <param name="settings">The metric's views.</param>
    /// <param name="typeOf">The type of a field's column; a field without one may get it later.</param>
    public static string? WhyNot(AlertDefinition alert, AlertOptions options, MetricSettings settings, Func<string, ColumnType?> typeOf) =>
        WhyNotName(alert.Name)
        ?? WhyNotSubject(alert.On, settings, typeOf)
        ?? WhyNotCondition(alert)
        ?? WhyNotClear(alert)
        ?? (alert.ForMs is < 0 or > ForMsMax || alert.ForMs % 1000 != 0 ? "for is whole seconds up to 1d." : null)
        ?? WhyNotWebhook(alert, options);

    private static string? WhyNotName(string name) =>
        name.Length is >= 1 and <= NameMax && name.All(static character => char.IsAsciiLetterOrDigit(character) || character is '_' or '-')
            ? null
            : $"An alert's name is 1 to {NameMax} letters, digits, '_' and '-', not '{name}'.";

    private static string? WhyNotSubject(AlertSubject subject, MetricSettings settings, Func<string, ColumnType?> typeOf) => subject.Kind switch
    {
        AlertSubjectKind.Field => WhyNotField(subject, typeOf),
        AlertSubjectKind.View => WhyNotView(subject, settings),
        _ => null,
    };

    private static string? WhyNotField(AlertSubject subject, Func<string, ColumnType?> typeOf)
    {
        if (string.IsNullOrEmpty(subject.Name))
        {
            return "on: field is the name of a field.";
        }

        if (!NumbersOfNumbers.Contains(subject.Value, StringComparer.Ordinal))
        {
            return $"on: value is '{subject.Value}'; it is one of {string.Join(", ", NumbersOfNumbers)}.";
        }

        return typeOf(subject.Name) is { } type && type is not (ColumnType.Int64 or ColumnType.Float64) && !NumbersOfAll.Contains(subject.Value, StringComparer.Ordinal)
            ? $"on: '{subject.Name}', a column of type {type}, has no number {subject.Value}; it has {string.Join(", ", NumbersOfAll)}."
            : null;
    }

    private static string? WhyNotView(AlertSubject subject, MetricSettings settings)
    {
        if (settings.Views.FirstOrDefault(view => view.Name == subject.Name) is not { } view)
        {
            return $"on: the metric has no view '{subject.Name}'.";
        }

        if (!view.Aggregates.Any(aggregate => aggregate.Name == subject.Value))
        {
            return $"on: view '{view.Name}' has no aggregate '{subject.Value}'; it has {string.Join(", ", view.Aggregates.Select(aggregate => aggregate.Name))}.";
        }

        return subject.Group is { } group && group.Length != view.GroupBy.Count
            ? $"on: group has {group.Length} values; view '{view.Name}' is grouped by {GroupsOf(view)}."
            : null;
    }

    private static string GroupsOf(ViewDefinition view) => view.GroupBy.Count == 0 ? "nothing" : string.Join(", ", view.GroupBy);

    private static string? WhyNotCondition(AlertDefinition alert)
    {
        var given = (alert.Above is null ? 0 : 1) + (alert.Below is null ? 0 : 1) + (alert.Deviations is null ? 0 : 1);
        return given != 1 ? "One of above, below and anomaly is needed."
            : alert.Deviations is <= 0 or > DeviationsMax || alert.Deviations is double.NaN ? $"anomaly: deviations is more than 0, up to {DeviationsMax}."
            : alert.Deviations is not null && alert.Against == AlertBaseline.EarlierDays && alert.On.Kind is AlertSubjectKind.Field or AlertSubjectKind.View
                ? "anomaly: against is recent for fields and views; earlier days are known of numbers of events alone."
            : null;
    }

    private static string? WhyNotClear(AlertDefinition alert) => alert switch
    {
        { Clear: null } => null,
        { Above: { } above, Clear: { } clear } when clear > above => $"clear is {clear}; an alert above {above} is cleared at that or below.",
        { Below: { } below, Clear: { } clear } when clear < below => $"clear is {clear}; an alert below {below} is cleared at that or above.",
        { Deviations: { } deviations, Clear: { } clear } when clear > deviations || clear <= 0 => $"clear is {clear} deviations; it is more than 0, up to {deviations}.",
        _ => null,
    };

    private static string? WhyNotWebhook(AlertDefinition alert, AlertOptions options)
    {
        if (alert.Webhook is not { } webhook)
        {
            return alert.Secret is { Length: > 0 } ? "secret signs what is posted to a webhook; there is none." : null;
        }

        if (alert.Secret is { Length: > SecretMax })
        {
            return $"secret has {alert.Secret.Length} characters; {SecretMax} are allowed.";
        }

        return webhook.Length > WebhookMax ? $"webhook has {webhook.Length} characters; {WebhookMax} are allowed." : WebhookHosts.WhyNot(webhook, options);
    }
}

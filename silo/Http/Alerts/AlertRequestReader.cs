using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.Json;
using Analytics.GrainInterfaces.Alerts;
using Analytics.GrainInterfaces.Live;
using Analytics.Grains.Query;

namespace Analytics.Silo.Http.Alerts;

/// <summary>Makes a definition of a body; what its words mean is decided here, whether it may be so by the actor.</summary>
internal static class AlertRequestReader
{
    private const string SubjectAllowed =
        "on is one of {\"total\":true}, {\"rate\":\"second\"} or \"minute\", {\"field\":\"amount\",\"value\":\"p99\"}, {\"window\":\"minute\"} or \"hour\", "
        + "{\"view\":\"position\",\"aggregate\":\"sum(amount)\",\"group\"?:[\"Bern\"]}.";

    /// <summary>Reads it.</summary>
    /// <param name="name">The alert's name.</param>
    /// <param name="request">The body.</param>
    /// <param name="alert">The definition.</param>
    /// <param name="problem">What is wrong with the body, in the caller's words.</param>
    public static bool TryRead(string name, AlertRequest request, [NotNullWhen(true)] out AlertDefinition? alert, [NotNullWhen(false)] out string? problem)
    {
        alert = null;
        var step = default(SeriesStep);
        var subject = SubjectOf(request.On);
        problem = subject is null ? SubjectAllowed
            : request.Anomaly is { } anomaly && (anomaly.Deviations is null || anomaly.Against is not (null or "recent" or "earlier_days"))
                ? "anomaly has deviations, a number, and against, recent or earlier_days."
            : request.For is { } text && !SeriesStep.TryParse(text, out step) ? $"for is '{text}'; it is {SeriesStep.Allowed}."
            : null;
        if (problem is not null)
        {
            return false;
        }

        alert = new AlertDefinition
        {
            Name = name,
            On = subject!,
            Above = request.Above,
            Below = request.Below,
            Deviations = request.Anomaly?.Deviations,
            Against = request.Anomaly?.Against == "earlier_days" ? AlertBaseline.EarlierDays : AlertBaseline.Recent,
            Clear = request.Clear,
            ForMs = step.Milliseconds,
            Webhook = string.IsNullOrWhiteSpace(request.Webhook) ? null : request.Webhook,
            Secret = request.Secret,
        };
        return true;
    }

    private static AlertSubject? SubjectOf(AlertSubjectRequest? on) => on switch
    {
        { Total: true, Rate: null, Field: null, Value: null, Window: null, View: null, Aggregate: null, Group: null } => new AlertSubject { Kind = AlertSubjectKind.Total },
        { Total: null, Rate: "second" or "minute", Field: null, Value: null, Window: null, View: null, Aggregate: null, Group: null } =>
            new AlertSubject { Kind = on.Rate == "second" ? AlertSubjectKind.RateSecond : AlertSubjectKind.RateMinute },
        { Total: null, Rate: null, Field: null, Value: null, Window: "minute" or "hour", View: null, Aggregate: null, Group: null } =>
            new AlertSubject { Kind = on.Window == "minute" ? AlertSubjectKind.WindowMinute : AlertSubjectKind.WindowHour },
        { Total: null, Rate: null, Field: not null, Value: not null, Window: null, View: null, Aggregate: null, Group: null } =>
            new AlertSubject { Kind = AlertSubjectKind.Field, Name = on.Field, Value = on.Value },
        { Total: null, Rate: null, Field: null, Value: null, Window: null, View: not null, Aggregate: not null } when (on.Group ?? []).All(IsScalar) =>
            new AlertSubject { Kind = AlertSubjectKind.View, Name = on.View, Value = on.Aggregate, Group = on.Group is { } group ? Array.ConvertAll(group, TextOf) : null },
        _ => null,
    };

    private static bool IsScalar(JsonElement value) => value.ValueKind is not (JsonValueKind.Object or JsonValueKind.Array or JsonValueKind.Undefined);

    // As views write their groups: the same value is the same text.
    private static string? TextOf(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Null => null,
        JsonValueKind.String => JsonScalar.OfText(value.GetString()!).Text,
        JsonValueKind.Number when !value.TryGetInt64(out _) => JsonScalar.Of(value.GetDouble())?.Text ?? value.GetRawText(),
        JsonValueKind.Number => value.GetInt64().ToString(CultureInfo.InvariantCulture),
        _ => value.GetRawText(),
    };
}

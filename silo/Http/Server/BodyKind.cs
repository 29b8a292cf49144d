namespace Analytics.Silo.Http.Server;

/// <summary>What body a route takes, for its description only: content types are not enforced, the bytes speak for themselves.</summary>
internal sealed record BodyKind(string Description, string[] ContentTypes)
{
    /// <summary>Whether the route needs one.</summary>
    public bool IsRequired { get; init; } = true;

    /// <summary>Events with an envelope.</summary>
    public static readonly BodyKind Events = new(
        "One event {\"project\",\"metric\",\"time\"?,\"id\"?,\"fields\"}, an array of them, or one a line. Content-Encoding gzip, br or deflate.",
        ["application/json", "application/x-ndjson"]);

    /// <summary>Bare field objects.</summary>
    public static readonly BodyKind BareEvents = new(
        "One object of fields, an array of them, or one a line; _time and _id are the event's own. Content-Encoding gzip, br or deflate.",
        ["application/json", "application/x-ndjson"]);

    /// <summary>A range to audit.</summary>
    public static readonly BodyKind Audit = new(
        "{\"partition\"?:0,\"from_offset\"?:0,\"to_offset\"?:100} or {\"partition\"?:0,\"from\"?:\"2026-11-20T10:00:00Z\",\"to\"?:\"…\"}, " +
        "with \"deep\"?:true; empty for all of the log.",
        ["application/json"])
    { IsRequired = false };

    /// <summary>A query.</summary>
    public static readonly BodyKind Query = new("{\"sql\":\"SELECT …\",\"format\"?:\"JSON\",\"parameters\"?:{\"name\":value}}", ["application/json"]);

    /// <summary>How fields become columns.</summary>
    public static readonly BodyKind Schema = new(
        "{\"frozen\"?:false,\"types\"?:{\"amount\":\"Float64\"},\"aliases\"?:{\"amt\":\"amount\"}}; what is left out is not decided", ["application/json"]);

    /// <summary>Which field gets a column.</summary>
    public static readonly BodyKind Promotion = new("{\"field\":\"coupon\",\"type\":\"String\"}", ["application/json"]);

    /// <summary>How long rows are kept.</summary>
    public static readonly BodyKind Retention = new(
        "{\"delete_after_days\"?:90,\"move_after_days\"?:7,\"volume\"?:\"slow\"}, by the day rows were inserted; what is left out never happens", ["application/json"]);

    /// <summary>What a view is.</summary>
    public static readonly BodyKind View = new(
        "{\"group_by\"?:[\"branch\"],\"window\":\"2s\",\"every\"?:\"1s\",\"aggregates\":[{\"sum\":\"amount\"},{\"count\":true}],\"where\"?:\"amount > 0\",\"groups\"?:1000," +
        "\"sinks\"?:[\"clickhouse\",{\"postgres\":{\"table\"?:\"flow\",\"columns\"?:{\"window_end\":\"at\"}}}]}", ["application/json"]);

    /// <summary>What an alert is.</summary>
    public static readonly BodyKind Alert = new(
        "{\"on\":{\"rate\":\"minute\"},\"below\":1,\"clear\"?:10,\"for\"?:\"5m\",\"webhook\"?:\"https://…\",\"secret\"?:\"…\"}; on may be total, rate, field, window or view; "
        + "below may be above, or anomaly:{\"deviations\":3,\"against\":\"recent\"}",
        ["application/json"]);

    /// <summary>Which dead letters to replay.</summary>
    public static readonly BodyKind Replay = new(
        "{\"all\":true}, or some of {\"code\",\"project\",\"metric\",\"from\",\"to\"}, or {\"positions\":[\"partition:offset:index\"]}; "
        + "\"limit\"?:1000 (at most 100000), \"after\"?:next of the answer before, \"again\"?:false, \"dry_run\"?:false",
        ["application/json"]);
}

namespace Analytics.GrainInterfaces.Batches;

/// <summary>
/// Dead letters travel as a metric of their own, <c>analytics/dead_letters</c>, so that they have the same guarantees as rows:
/// same log position, same exactly-once insert, same ledger. These are its fields.
/// </summary>
public static class DeadLetterFields
{
    /// <summary>Database of the system tables; no user project can have this name.</summary>
    public const string Project = "analytics";

    /// <summary>Table of the dead letters.</summary>
    public const string Metric = "dead_letters";

    /// <summary>Stable code of the reason, for example <c>json_invalid</c>.</summary>
    public const string Code = "code";

    /// <summary>The reason in words, with the offending name or value.</summary>
    public const string Reason = "reason";

    /// <summary>The input's bytes, cut at the limit; any bytes, not only UTF-8.</summary>
    public const string Raw = "raw";

    /// <summary>Number of bytes of the input before the cut.</summary>
    public const string RawSize = "raw_size";

    /// <summary>Project the input named, when it could be read.</summary>
    public const string SourceProject = "project";

    /// <summary>Metric the input named, when it could be read.</summary>
    public const string SourceMetric = "metric";

    /// <summary>Whether the input is bare fields, sent to the address of its metric; absent when that is not known.</summary>
    public const string Bare = "bare";

    /// <summary>Topic of other producers the input came from; absent for every other input.</summary>
    public const string Topic = "topic";

    /// <summary>Key of the input's message, any bytes, where the topic's events get it; absent when there is none.</summary>
    public const string Key = "key";

    /// <summary>Headers of the input's message, encoded, where the topic's events get them; absent when there are none.</summary>
    public const string Headers = "headers";
}

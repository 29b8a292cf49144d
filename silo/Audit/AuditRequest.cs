using System.Globalization;
using System.Text;
using Analytics.GrainInterfaces.Batches;

namespace Analytics.Silo.Audit;

/// <summary>What a caller asks to be audited: the body of <c>POST /v1/audit</c>, and the arguments of the command.</summary>
internal sealed record AuditRequest
{
    /// <summary>Only this log partition.</summary>
    public int? Partition { get; init; }

    /// <summary>From this offset on; only with a partition.</summary>
    public long? FromOffset { get; init; }

    /// <summary>Up to the offset before this one; only with a partition.</summary>
    public long? ToOffset { get; init; }

    /// <summary>Received at this time or later, ISO 8601 with a zone.</summary>
    public string? From { get; init; }

    /// <summary>Received before this time.</summary>
    public string? To { get; init; }

    /// <summary>Whether every field's live state is compared with its table too; needs a running silo.</summary>
    public bool Deep { get; init; }

    /// <summary>The range that is meant.</summary>
    /// <param name="partitions">Partitions of the log; <see langword="null"/> when they are not known.</param>
    /// <param name="nameOf">A member's name in the caller's words, from the name in JSON.</param>
    /// <param name="range">The range.</param>
    /// <returns>What is wrong; <see langword="null"/> when nothing is.</returns>
    public string? Check(IReadOnlyList<int>? partitions, Func<string, string> nameOf, out AuditRange range)
    {
        range = new AuditRange { Partition = Partition, FromOffset = FromOffset, ToOffset = ToOffset };
        if (Partition is { } partition && (partition < 0 || partitions?.Contains(partition) == false))
        {
            return Say($"{nameOf("partition")} is {partition}: the log has partitions {Spans(partitions)}.");
        }

        if (Partition is null && (FromOffset ?? ToOffset) is not null)
        {
            return Say($"{nameOf("from_offset")} and {nameOf("to_offset")} need {nameOf("partition")}: each partition counts its own offsets.");
        }

        if (FromOffset < 0 || FromOffset > ToOffset || ToOffset < 0)
        {
            return Say($"{nameOf("from_offset")} must be 0 or more, and {nameOf("to_offset")} not below it.");
        }

        if ((FromOffset ?? ToOffset) is not null && (From ?? To) is not null)
        {
            return Say($"Either offsets or times: {nameOf("from_offset")} and {nameOf("to_offset")}, or {nameOf("from")} and {nameOf("to")}.");
        }

        if (!TryRead(From, out var fromMs) || !TryRead(To, out var toMs))
        {
            var (name, text) = TryRead(From, out _) ? ("to", To) : ("from", From);
            return Say($"{nameOf(name)} is '{text}': it must be a time with a zone, such as 2026-11-20T10:00:00Z.");
        }

        range = range with { FromMs = fromMs, ToMs = toMs };
        return fromMs > toMs ? Say($"{nameOf("to")} is before {nameOf("from")}.") : null;
    }

    // Numbers of a log with several topics are far apart.
    private static string Spans(IReadOnlyList<int>? partitions)
    {
        var spans = new List<string>();
        for (var first = 0; first < partitions?.Count;)
        {
            var last = first;
            while (last + 1 < partitions.Count && partitions[last + 1] == partitions[last] + 1)
            {
                last++;
            }

            spans.Add(first == last ? $"{partitions[first]}" : Say($"{partitions[first]} to {partitions[last]}"));
            first = last + 1;
        }

        return spans.Count == 0 ? "from 0 on" : string.Join(", ", spans);
    }

    private static string Say(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    private static bool TryRead(string? text, out long? ms)
    {
        ms = null;
        if (text is null)
        {
            return true;
        }

        var isTime = Iso8601.TryParse(Encoding.UTF8.GetBytes(text), out var value);
        ms = value;
        return isTime;
    }
}

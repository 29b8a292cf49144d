using System.Runtime.ExceptionServices;
using System.Text;
using Analytics.GrainInterfaces;
using Analytics.GrainInterfaces.Batches;
using Analytics.Grains.ClickHouse;
using Analytics.Grains.Configuration;
using Analytics.Silo.Http.Read;
using Analytics.Silo.Log;
using Analytics.Silo.Log.Kafka;

namespace Analytics.Silo.Http.DeadLetters;

/// <summary>
/// Brings dead letters back as events, each exactly once: a letter is marked as started before its events are appended and as replayed after,
/// and one that was only started is looked for in its table first. Its events have ids made of its position (or their own), so that a repeat
/// within the metric's window of ids is dropped there as well.
/// </summary>
/// <remarks>
/// Letters are read in pages and appended in batches, both bounded: a request for 100,000 of them holds their places only.
/// </remarks>
internal sealed class DeadLetterReplay(
    IActors actors, IEventLog log, IClickHouse clickHouse, LimitsOptions limits, DeadLetterStore store, ReplayAppender appender, TimeProvider time,
    KafkaOptions kafka)
{
    // Letters of a page, and of a batch, which is one insert of marks: a few tens of KiB of SQL.
    private const int LettersMax = 1_000;

    // Bytes of a page and of a batch, in memory a few times over while they are judged and appended.
    private const int BytesMax = 8 * 1024 * 1024;

    /// <summary>Replays what an order means, oldest first.</summary>
    /// <param name="order">Which, how many, how.</param>
    /// <param name="result">Empty; kept up to date, also when this throws.</param>
    /// <param name="cancellationToken">Stops between batches.</param>
    /// <exception cref="EventLogException">The log took no more.</exception>
    /// <exception cref="ClickHouseException">A table did not answer.</exception>
    /// <exception cref="TimeoutException">The newest dead letters are not in their table yet.</exception>
    /// <exception cref="LogBehindException">Whether started replays are in their tables is not known yet.</exception>
    public async Task RunAsync(ReplayOrder order, ReplayResult result, CancellationToken cancellationToken)
    {
        await actors.Metric(DeadLetterFields.Project, DeadLetterFields.Metric).FlushAsync();
        var heads = await store.ReadHeadsAsync(order, cancellationToken);
        var hasMore = heads.Count > order.Limit;
        if (hasMore)
        {
            heads.RemoveAt(order.Limit);
        }

        result.Already = order.IsAgain ? 0 : await store.CountReplayedAsync(order.Filter, cancellationToken);
        result.Matched = result.Already + heads.Count;
        var present = new PresentEvents(actors, log, clickHouse, time);
        var judge = new ReplayJudge(limits, kafka.Mappings);
        for (var next = 0; next < heads.Count;)
        {
            var page = heads.GetRange(next, PageLength(heads, next));
            next += page.Count;
            var letters = await store.ReadAsync(page, cancellationToken);
            result.Matched -= page.Count - letters.Count;
            await RunPageAsync(letters, order, judge, present, result, cancellationToken);
            result.Next = page[^1].Place;
        }

        result.Next = hasMore ? result.Next : null;
    }

    private async Task RunPageAsync(
        List<Letter> letters, ReplayOrder order, ReplayJudge judge, PresentEvents present, ReplayResult result, CancellationToken cancellationToken)
    {
        var batch = new List<ReplayedLetter>();
        var batchBytes = 0L;
        foreach (var letter in letters)
        {
            var events = new List<StampedEvent>();
            if (letter.IsTruncated)
            {
                result.Truncated++;
                continue;
            }

            if (judge.Judge(letter, events) is { } error)
            {
                result.Refuse(letter.Position, error);
                continue;
            }

            if (order.IsDryRun)
            {
                result.Replayed++;
                continue;
            }

            batch.Add(new ReplayedLetter(letter.Head, events));
            batchBytes += events.Sum(one => (long)one.Json.Length);
            if (batchBytes > BytesMax)
            {
                await CommitAsync(batch, present, result, cancellationToken);
                batch = [];
                batchBytes = 0;
            }
        }

        await CommitAsync(batch, present, result, cancellationToken);
    }

    private async Task CommitAsync(List<ReplayedLetter> batch, PresentEvents present, ReplayResult result, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        await present.RemoveAsync([.. batch.Where(letter => letter.Head.MarkVersion > 0)], cancellationToken);
        var missing = batch.Where(letter => letter.Events.Count > 0).ToList();
        await FlushAsync(missing);
        await store.MarkAsync([.. missing.Select(letter => letter.Head)], isReplayed: false);
        var failure = await appender.AppendAsync(missing);
        await store.MarkAsync([.. batch.Where(letter => !letter.HasFailed).Select(letter => letter.Head)], isReplayed: true);
        result.Replayed += missing.Count(letter => !letter.HasFailed);
        result.Already += batch.Count - missing.Count;
        if (failure is not null)
        {
            ExceptionDispatchInfo.Throw(failure);
        }
    }

    // An actor whose table has just refused a row still knows its id, until its block is done: the replayed event would be a repeat to it.
    private async Task FlushAsync(List<ReplayedLetter> letters)
    {
        foreach (var key in letters.SelectMany(letter => letter.Events).Select(one => Encoding.UTF8.GetString(one.Key)).Distinct(StringComparer.Ordinal))
        {
            var (project, metric) = MetricKey.Split(key);
            await actors.Metric(project, metric).FlushAsync();
        }
    }

    private int PageLength(List<LetterHead> heads, int first)
    {
        // What a letter keeps is not known before it is read, but bounded by what inputs and events may be.
        var keptBytesMax = Math.Max(limits.DeadLetterBytesMax, limits.EventBytesMax);
        var bytes = 0L;
        var length = 0;
        while (length < LettersMax && first + length < heads.Count && (length == 0 || bytes < BytesMax))
        {
            bytes += Math.Min(heads[first + length].RawSize, keptBytesMax);
            length++;
        }

        return length;
    }
}

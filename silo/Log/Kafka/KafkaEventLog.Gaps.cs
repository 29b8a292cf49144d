namespace Analytics.Silo.Log.Kafka;

/// <content>When a partition does not have what comes next.</content>
internal sealed partial class KafkaEventLog
{
    // A new leader may lag behind the old one for a moment: an end below what was read must still be there after this.
    private static readonly TimeSpan CertaintyDelay = TimeSpan.FromSeconds(5);

    /// <summary>Decides how a reader goes on that could not.</summary>
    /// <param name="partition">What it reads.</param>
    /// <param name="offset">What comes next.</param>
    /// <param name="failure">What the client said.</param>
    /// <param name="mustHave">Whether records that are gone are a loss.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The offset to go on at.</returns>
    /// <exception cref="EventLogException">It cannot go on.</exception>
    public async Task<long> GoOnAsync(KafkaPartition partition, long offset, KafkaFailure failure, bool mustHave, CancellationToken cancellationToken)
    {
        if (!failure.IsOutOfRange)
        {
            throw Stand(partition, mustHave, new EventLogException($"{partition} cannot be read at offset {offset}: {failure.Text}."));
        }

        var (low, high) = await Task.Run(() => Watermarks(partition), cancellationToken);
        if (offset < low)
        {
            return mustHave ? Pass(partition, offset, low) : low;
        }

        if (offset > high)
        {
            await Task.Delay(CertaintyDelay, Time, cancellationToken);
            (low, high) = await Task.Run(() => Watermarks(partition), cancellationToken);
        }

        if (offset <= high)
        {
            return Math.Max(low, offset);
        }

        var story = $"{partition} ends at {high}, before offset {offset} that comes next: the topic was made anew, or cut back.";
        if (!mustHave || _options.OutOfRange != KafkaOptions.Earliest)
        {
            throw Stand(partition, mustHave, new EventLogCorruptException(
                $"{story} Its new events would be taken for old ones. With Analytics:Kafka:OutOfRange=Earliest it is read from its beginning, as a new topic.",
                offset,
                offset + 1));
        }

        await RenewAsync(partition, high, offset, cancellationToken);
        throw new EventLogException($"{story} It is read as a new topic now.");
    }

    /// <summary>A reader reads.</summary>
    public void Reads(KafkaPartition partition)
    {
        if (!_damage.IsEmpty)
        {
            _damage.TryRemove(partition.Number, out _);
        }
    }

    private long Pass(KafkaPartition partition, long offset, long low)
    {
        if (_options.OutOfRange != KafkaOptions.Earliest)
        {
            throw Stand(partition, mustHave: true, new EventLogCorruptException(
                $"{partition} has lost offsets {offset} to {low - 1} before they were read: its retention is shorter than our lag. "
                + "With Analytics:Kafka:OutOfRange=Earliest reading goes on behind them.",
                offset,
                low));
        }

        _instruments.Passed(partition, low - offset);
        KafkaLogMessages.Passed(_logger, partition, offset, low - 1, low);
        return low;
    }

    private EventLogException Stand(KafkaPartition partition, bool mustHave, EventLogException exception)
    {
        if (mustHave)
        {
            _damage[partition.Number] = exception.Message;
        }

        return exception;
    }

    // First the group's offsets, which are the old topic's, then the new number, which makes its partitions appear: whoever reads them finds these.
    private async Task RenewAsync(KafkaPartition partition, long high, long offset, CancellationToken cancellationToken)
    {
        await _looking.WaitAsync(cancellationToken);
        try
        {
            if (_topics.Partitions.Find(partition.Number) is null)
            {
                return;
            }

            KafkaLogMessages.Renewed(_logger, partition, high, offset, partition.Topic);
            _instruments.Renewed(partition);
            var old = _topics.Partitions.All.Where(other => other.Topic == partition.Topic).ToList();

            // The new topic may have more or fewer of them.
            var count = await _topics.CountAsync(partition.Topic, AskMsMax, cancellationToken);
            var partitions = Enumerable.Range(0, count).Select(number => partition with { Partition = number });
            var lows = await Task.Run(() => partitions.ToDictionary(other => other, other => Watermarks(other).Low), cancellationToken);
            await _offsets.ResetAsync(old, lows, cancellationToken);
            await _topics.RenewAsync(partition.Topic, count, cancellationToken);
            foreach (var other in old)
            {
                _damage.TryRemove(other.Number, out _);
            }
        }
        finally
        {
            _looking.Release();
        }
    }
}

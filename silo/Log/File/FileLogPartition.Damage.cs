namespace Analytics.Silo.Log.File;

/// <content>Where readers of the partition have found records unreadable: told once in the log output, and shown for as long as it is so.</content>
internal sealed partial class FileLogPartition
{
    private EventLogCorruptException? _damage;

    /// <summary>File, byte and offset of the damaged place that a reader stands at; null when there is none.</summary>
    public string? Damage => Volatile.Read(ref _damage)?.Message;

    /// <summary>A reader cannot go on. Damage to what is committed is its own matter (an audit's): nothing of the silo waits for it.</summary>
    public void FoundDamage(EventLogCorruptException damage)
    {
        if (damage.NextOffset <= CommittedOffset)
        {
            return;
        }

        if (Interlocked.Exchange(ref _damage, damage)?.Offset != damage.Offset)
        {
            FileLogMessages.RecordDamaged(_context.Logger, damage.Message);
        }
    }

    /// <summary>A reader has read records; a damaged place among them was mended, for instance from a copy of its file.</summary>
    /// <param name="firstOffset">The first one's offset.</param>
    /// <param name="nextOffset">Offset after the last one.</param>
    public void HasRead(long firstOffset, long nextOffset)
    {
        if (Volatile.Read(ref _damage) is { } damage && damage.Offset >= firstOffset && damage.Offset < nextOffset)
        {
            Interlocked.CompareExchange(ref _damage, null, damage);
        }
    }
}

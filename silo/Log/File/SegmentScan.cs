namespace Analytics.Silo.Log.File;

/// <summary>
/// What a segment file holds, found by reading all of it.
/// <para>
/// Bytes that are no record have two causes. A crash tears the group being written: nobody was told that those records were durable, so they are
/// cut off, even when a later page of the group reached the disk and an earlier one did not. Or acknowledged records were damaged
/// (disk, memory, a person): cutting would silently remove them and everything behind. An intact record behind the bad bytes tells which:
/// it says up to where everything had been durable when it was written (<see cref="RecordHeader.DurableBefore"/>). Damage to the very last group
/// cannot be told from a torn one, and is cut.
/// </para>
/// </summary>
/// <param name="IntactBytes">Bytes up to the first one that is no record.</param>
/// <param name="NextOffset">Offset after the last intact record, those behind damage included when <paramref name="IsDamaged"/>.</param>
/// <param name="BadOffset">Offset of the record that should have begun at <paramref name="IntactBytes"/>.</param>
/// <param name="IsDamaged">Acknowledged records are unreadable: nothing may be cut.</param>
/// <param name="LastTimestampMs">Time of the last intact record; null without one.</param>
/// <param name="LastGroupPosition">Where the group of the last intact record begins. Only that group may not be on disk yet.</param>
/// <param name="LastGroupEnd">Where it ends.</param>
internal readonly record struct SegmentScan(
    long IntactBytes, long NextOffset, long BadOffset, bool IsDamaged, long? LastTimestampMs, long LastGroupPosition, long LastGroupEnd)
{
    /// <summary>Reads a whole segment, filling its index.</summary>
    /// <param name="cursor">A cursor over its file.</param>
    /// <param name="segment">The segment.</param>
    /// <param name="durableBefore">Everything before this offset is known to have been durable, for instance from the name of the next segment.</param>
    public static SegmentScan Of(SegmentCursor cursor, Segment segment, long durableBefore)
    {
        cursor.Seek(0, segment.BaseOffset);
        var scan = new SegmentScan { NextOffset = segment.BaseOffset };
        var position = cursor.Position;
        CursorState state;
        while ((state = cursor.TryNext(mayRead: true, out var header, out _)) == CursorState.Record)
        {
            segment.Index(header.Offset, position);
            scan = scan.With(header, position, cursor.Position);
            position = cursor.Position;
        }

        scan = scan with { IntactBytes = position, BadOffset = scan.NextOffset };
        return state == CursorState.End && durableBefore <= scan.NextOffset ? scan : LookBehind(cursor, scan, durableBefore);
    }

    private static SegmentScan LookBehind(SegmentCursor cursor, SegmentScan intact, long durableBefore)
    {
        var scan = intact;
        while (cursor.TryFindRecord(scan.NextOffset))
        {
            var position = cursor.Position;
            while (cursor.TryNext(mayRead: true, out var header, out _) == CursorState.Record)
            {
                durableBefore = Math.Max(durableBefore, header.DurableBefore);
                scan = scan.With(header, position, cursor.Position);
                position = cursor.Position;
            }
        }

        return durableBefore > intact.BadOffset
            ? scan with { IsDamaged = true, NextOffset = Math.Max(scan.NextOffset, durableBefore) }
            : intact;
    }

    private SegmentScan With(in RecordHeader header, long position, long end)
    {
        // A record that follows no intact one counts as the first: its group began in the segment before, or in damage.
        var begins = header.WriteIndex == 0 || position != LastGroupEnd;
        return this with
        {
            NextOffset = header.Offset + 1,
            LastTimestampMs = header.TimestampMs,
            LastGroupPosition = begins ? position : LastGroupPosition,
            LastGroupEnd = end,
        };
    }
}

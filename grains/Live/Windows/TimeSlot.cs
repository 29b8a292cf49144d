using System.Globalization;
using System.Runtime.CompilerServices;
using Analytics.Grains.Columns;

namespace Analytics.Grains.Live.Windows;

/// <summary>Slots of time since 1970, each as long as the others; before 1970 their numbers are negative.</summary>
internal static class TimeSlot
{
    /// <summary>The number of the slot that a time is in.</summary>
    /// <param name="timeMs">UTC milliseconds since 1970, negative before.</param>
    /// <param name="slotMs">Milliseconds of a slot, 1 or more.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static long Of(long timeMs, long slotMs) => (timeMs / slotMs) - (timeMs % slotMs < 0 ? 1 : 0);

    /// <summary>The begin of the slot that a row's event time is in, as the engine computes it: UTC milliseconds.</summary>
    public static string BeginSql(long slotMs) =>
        string.Create(CultureInfo.InvariantCulture, $"({FixedColumns.TimeMsSql} - positiveModulo({FixedColumns.TimeMsSql}, {slotMs}))");
}

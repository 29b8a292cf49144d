using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Analytics.Silo.Http.DeadLetters;

/// <summary>
/// A place in the order of dead letters, which is by time and then by position: <c>time:partition:offset:index</c>, the time in milliseconds
/// since 1970. Letters that come or go elsewhere do not move it.
/// </summary>
/// <param name="TimeMs">The letter's time.</param>
/// <param name="Position">Its position.</param>
internal readonly record struct DeadLetterCursor(long TimeMs, DeadLetterPosition Position)
{
    /// <summary>Reads what <see cref="ToString"/> wrote.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out DeadLetterCursor cursor)
    {
        cursor = default;
        var colon = text?.IndexOf(':', StringComparison.Ordinal) ?? -1;
        if (colon < 0
            || !long.TryParse(text.AsSpan(0, colon), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var timeMs)
            || !DeadLetterPosition.TryParse(text![(colon + 1)..], out var position))
        {
            return false;
        }

        cursor = new DeadLetterCursor(timeMs, position);
        return true;
    }

    /// <inheritdoc />
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{TimeMs}:{Position}");
}

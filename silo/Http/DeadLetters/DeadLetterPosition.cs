using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Analytics.Silo.Http.DeadLetters;

/// <summary>Where a dead letter's input is in the log, written <c>partition:offset:index</c>; no two letters have the same.</summary>
/// <param name="Partition">Log partition.</param>
/// <param name="Offset">Offset of the message.</param>
/// <param name="Sequence">Index of the input in the message.</param>
internal readonly record struct DeadLetterPosition(uint Partition, ulong Offset, uint Sequence)
{
    /// <summary>Reads <c>0:17:3</c>.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out DeadLetterPosition position)
    {
        position = default;
        var parts = text?.Split(':') ?? [];
        if (parts.Length != 3
            || !uint.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var partition)
            || !ulong.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out var offset)
            || !uint.TryParse(parts[2], NumberStyles.None, CultureInfo.InvariantCulture, out var sequence))
        {
            return false;
        }

        position = new DeadLetterPosition(partition, offset, sequence);
        return true;
    }

    /// <summary>The position as a tuple of SQL.</summary>
    public string ToSql() => string.Create(CultureInfo.InvariantCulture, $"({Partition},{Offset},{Sequence})");

    /// <inheritdoc />
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Partition}:{Offset}:{Sequence}");
}

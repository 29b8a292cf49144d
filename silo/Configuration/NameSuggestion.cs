namespace Analytics.Silo.Configuration;

/// <summary>The known name that an unknown one was probably meant to be.</summary>
internal static class NameSuggestion
{
    // An abbreviation shorter than this fits too many names.
    private const int AbbreviationLengthMin = 4;

    /// <summary>The nearest of <paramref name="known"/>; <see langword="null"/> when none is near. A right or abbreviated last part is near, too.</summary>
    public static string? For(string name, IEnumerable<string> known)
    {
        string? nearest = null;

        // A third of the letters may be wrong: more, and the suggestion confuses.
        var nearestDistance = (name.Length / 3) + 1;
        foreach (var candidate in known)
        {
            var distance = Math.Min(Distance(name, candidate), LastPartDistance(LastPart(name), LastPart(candidate)));
            if (distance < nearestDistance)
            {
                nearest = candidate;
                nearestDistance = distance;
            }
        }

        return nearest;
    }

    private static int LastPartDistance(string part, string candidate)
    {
        if (candidate.Equals(part, StringComparison.OrdinalIgnoreCase))
        {
            return 1;
        }

        return part.Length >= AbbreviationLengthMin && candidate.StartsWith(part, StringComparison.OrdinalIgnoreCase) ? 2 : int.MaxValue;
    }

    private static string LastPart(string name) => name[(name.LastIndexOf(':') + 1)..];

    /// <summary>Insertions, deletions and replacements of letters between the two, case aside.</summary>
    private static int Distance(string left, string right)
    {
        var row = new int[right.Length + 1];
        for (var j = 0; j < row.Length; j++)
        {
            row[j] = j;
        }

        for (var i = 1; i <= left.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= right.Length; j++)
            {
                var isSame = char.ToUpperInvariant(left[i - 1]) == char.ToUpperInvariant(right[j - 1]);
                var best = Math.Min(diagonal + (isSame ? 0 : 1), Math.Min(row[j], row[j - 1]) + 1);
                diagonal = row[j];
                row[j] = best;
            }
        }

        return row[right.Length];
    }
}

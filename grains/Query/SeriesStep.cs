using System.Globalization;

namespace Analytics.Grains.Query;

/// <summary>The length of a series' intervals.</summary>
/// <param name="Number">How many units, 1 or more.</param>
/// <param name="Unit"><c>s</c>, <c>m</c>, <c>h</c> or <c>d</c>.</param>
public readonly record struct SeriesStep(int Number, char Unit)
{
    /// <summary>How a step is written.</summary>
    public const string Allowed = "a number from 1 to 1,000 and s, m, h or d, for example 30s, 5m, 1h, 1d";

    private const int NumberMax = 1000;

    // What people read well.
    private static readonly SeriesStep[] Usual =
    [
        new(1, 's'), new(5, 's'), new(10, 's'), new(30, 's'), new(1, 'm'), new(5, 'm'), new(10, 'm'), new(30, 'm'), new(1, 'h'), new(3, 'h'), new(6, 'h'), new(12, 'h'), new(1, 'd'), new(7, 'd'),
        new(30, 'd'),
    ];

    /// <summary>Milliseconds; of a day those of most.</summary>
    public long Milliseconds => Number * 1000L * Unit switch { 's' => 1, 'm' => 60, 'h' => 3600, _ => 86_400 };

    /// <summary>The shortest usual step that makes no more than as many intervals of a time.</summary>
    public static SeriesStep For(long milliseconds, int intervalsMax)
    {
        foreach (var step in Usual)
        {
            if (milliseconds / step.Milliseconds <= intervalsMax)
            {
                return step;
            }
        }

        return Usual[^1];
    }

    /// <summary>Whole seconds as a step, in the largest unit that fits.</summary>
    public static string TextOf(long milliseconds)
    {
        var seconds = milliseconds / 1000;
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{(seconds % 86_400 == 0 ? $"{seconds / 86_400}d" : seconds % 3600 == 0 ? $"{seconds / 3600}h" : seconds % 60 == 0 ? $"{seconds / 60}m" : $"{seconds}s")}");
    }

    /// <summary>Reads a step.</summary>
    public static bool TryParse(string text, out SeriesStep step)
    {
        var isStep = text.Length >= 2 && text[^1] is 's' or 'm' or 'h' or 'd';
        var number = 0;
        isStep = isStep && int.TryParse(text.AsSpan(0, text.Length - 1), NumberStyles.None, CultureInfo.InvariantCulture, out number) && number is >= 1 and <= NumberMax;
        step = isStep ? new SeriesStep(number, text[^1]) : default;
        return isStep;
    }

    /// <summary>As it is read.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Number}{Unit}");
}

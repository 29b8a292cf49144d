using System.Globalization;

namespace Analytics.Bench.Harness;

/// <summary>The command line.</summary>
/// <param name="Cases">Names of cases; all when empty.</param>
/// <param name="Runs">How often everybody takes part.</param>
/// <param name="IsQuick">Whether inputs are small.</param>
/// <param name="JsonPath">Where the JSON goes; <see langword="null"/> for nowhere.</param>
internal sealed record BenchOptions(IReadOnlyList<string> Cases, int Runs, bool IsQuick, string? JsonPath)
{
    /// <summary>How to call it.</summary>
    public const string Usage = "Usage: ./bench.sh [CASE …] [--quick] [--runs N] [--json FILE], ./bench.sh micro [BenchmarkDotNet's arguments]";

    private const int RunsMin = 3;

    /// <summary>Reads the arguments.</summary>
    /// <exception cref="ArgumentException">They cannot be understood.</exception>
    public static BenchOptions Parse(IReadOnlyList<string> arguments)
    {
        var cases = new List<string>();
        int? runs = null;
        var isQuick = false;
        string? jsonPath = null;
        for (var i = 0; i < arguments.Count; i++)
        {
            switch (arguments[i])
            {
                case "--quick":
                    isQuick = true;
                    break;
                case "--runs":
                    runs = int.TryParse(ValueOf(arguments, ++i), NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0
                        ? number
                        : throw new ArgumentException($"--runs wants a number from 1 on. {Usage}");
                    break;
                case "--json":
                    jsonPath = ValueOf(arguments, ++i);
                    break;
                case var other when other.StartsWith('-'):
                    throw new ArgumentException($"There is no option {other}. {Usage}");
                case var name:
                    cases.Add(name);
                    break;
            }
        }

        return new BenchOptions(cases, runs ?? (isQuick ? 1 : RunsMin), isQuick, jsonPath);
    }

    private static string ValueOf(IReadOnlyList<string> arguments, int index) =>
        index < arguments.Count ? arguments[index] : throw new ArgumentException($"{arguments[^1]} wants a value. {Usage}");
}

using System.Globalization;

namespace Analytics.Bench.Harness;

/// <summary>The command line.</summary>
/// <param name="Cases">Names of cases; all when empty.</param>
/// <param name="Runs">How often everybody takes part.</param>
/// <param name="IsQuick">Whether inputs are small.</param>
/// <param name="Events">Events of a topic, instead of what the case thinks best.</param>
/// <param name="HasPeers">Whether peers take part; without them there is less to wait for, and no bar that depends on them.</param>
/// <param name="Only">What the names of the inputs contain that take part, in cases that have several; all when <see langword="null"/>.</param>
/// <param name="JsonPath">Where the JSON goes; <see langword="null"/> for nowhere.</param>
internal sealed record BenchOptions(IReadOnlyList<string> Cases, int Runs, bool IsQuick, long? Events, bool HasPeers, string? Only, string? JsonPath)
{
    /// <summary>How to call it.</summary>
    public const string Usage = "Usage: ./bench.sh [CASE …] [--quick] [--runs N] [--events N] [--no-peers] [--only TEXT] [--json FILE], ./bench.sh micro [BenchmarkDotNet's arguments]";

    private const int RunsMin = 3;

    /// <summary>Reads the arguments.</summary>
    /// <exception cref="ArgumentException">They cannot be understood.</exception>
    public static BenchOptions Parse(IReadOnlyList<string> arguments)
    {
        var cases = new List<string>();
        int? runs = null;
        var isQuick = false;
        long? events = null;
        var hasPeers = true;
        string? only = null;
        string? jsonPath = null;
        for (var i = 0; i < arguments.Count; i++)
        {
            switch (arguments[i])
            {
                case "--quick":
                    isQuick = true;
                    break;
                case "--runs":
                    runs = (int)NumberOf(arguments, ++i);
                    break;
                case "--events":
                    events = NumberOf(arguments, ++i);
                    break;
                case "--no-peers":
                    hasPeers = false;
                    break;
                case "--only":
                    only = ValueOf(arguments, ++i);
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

        return new BenchOptions(cases, runs ?? (isQuick ? 1 : RunsMin), isQuick, events, hasPeers, only, jsonPath);
    }

    private static long NumberOf(IReadOnlyList<string> arguments, int index) =>
        int.TryParse(ValueOf(arguments, index), NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0
            ? number
            : throw new ArgumentException($"{arguments[index - 1]} wants a number from 1 on. {Usage}");

    private static string ValueOf(IReadOnlyList<string> arguments, int index) =>
        index < arguments.Count ? arguments[index] : throw new ArgumentException($"{arguments[^1]} wants a value. {Usage}");
}

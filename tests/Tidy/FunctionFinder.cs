using System.Text.RegularExpressions;

namespace Analytics.Tests.Tidy;

/// <summary>
/// Finds functions with a body in formatted C#: a brace on a line of its own, a head with parentheses above it at the same depth, a closing
/// brace at the same depth. Types, control flow and lambdas further in are no functions of their own.
/// </summary>
internal static partial class FunctionFinder
{
    /// <summary>A function: the line its head begins at (from 1), its head, and its lines from head to closing brace.</summary>
    internal readonly record struct Function(int Line, string Head, int LineCount);

    /// <summary>The functions of a file.</summary>
    public static IEnumerable<Function> Find(SourceFile file)
    {
        var lines = file.Lines;
        for (var open = 1; open < lines.Length; open++)
        {
            if (lines[open].Trim() != "{")
            {
                continue;
            }

            var depth = DepthOf(lines[open]);
            var head = open - 1;
            while (head > 0 && DepthOf(lines[head]) > depth)
            {
                head--;
            }

            if (DepthOf(lines[head]) != depth || !lines[head].Contains('(', StringComparison.Ordinal) || NoFunction().IsMatch(lines[head]))
            {
                continue;
            }

            // An initializer's closing brace has a semicolon.
            var close = Array.FindIndex(lines, open + 1, line => DepthOf(line) == depth && line.TrimStart().StartsWith('}'));
            if (close > 0 && lines[close].Trim() == "}")
            {
                yield return new Function(head + 1, lines[head].Trim(), close - head + 1);
            }
        }
    }

    private static int DepthOf(string line) => line.Length - line.TrimStart().Length;

    [GeneratedRegex(@"^\s*((if|else|for|foreach|while|switch|using|lock|catch|fixed|do|try|await|case|return|var)\b|.*\b(class|record|struct|interface|enum)\s+\w|.*[=;>]\s*$|\[)")]
    private static partial Regex NoFunction();
}

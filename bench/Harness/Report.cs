using System.Text.Encodings.Web;
using System.Text.Json;

namespace Analytics.Bench.Harness;

/// <summary>All rows, as a table for people and as JSON for programs.</summary>
internal static class Report
{
    private static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>Prints the rows in columns.</summary>
    public static void Print(IReadOnlyCollection<Row> rows)
    {
        string[] head = ["case", "measure", "value", "unit", "bar", "ratio", ""];
        var cells = rows.Select(Cells).Prepend(head).ToArray();
        var widths = head.Select((_, column) => cells.Max(row => row[column].Length)).ToArray();
        foreach (var row in cells)
        {
            Console.WriteLine(string.Join("  ", row.Select((cell, column) => IsNumber(column) ? cell.PadLeft(widths[column]) : cell.PadRight(widths[column]))).TrimEnd());
        }
    }

    /// <summary>Writes the rows to a file, one a line so that differences between two runs can be read.</summary>
    public static void Write(string path, IEnumerable<Row> rows)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        File.WriteAllText(path, "[\n" + string.Join(",\n", rows.Select(row => "  " + JsonSerializer.Serialize(row, Json))) + "\n]\n");
    }

    /// <summary>The rows of a file, none where there is no file yet.</summary>
    public static IReadOnlyList<Row> Read(string path) => File.Exists(path) ? JsonSerializer.Deserialize<Row[]>(File.ReadAllText(path), Json)! : [];

    private static bool IsNumber(int column) => column is 2 or 4 or 5;

    private static string[] Cells(Row row) =>
    [
        row.Case, row.Measure, Text(row.Value), row.Unit, Text(row.Bar), Text(row.Ratio),
        row.Met switch { true => "met", false => "NOT MET", null => string.Empty },
    ];

    private static string Text(double? value) => value is { } number ? Numbers.Text(number) : string.Empty;
}

using Analytics.Cli.Running;
using Spectre.Console;

namespace Analytics.Cli.Output;

/// <summary>Rows under headings: with lines on a terminal; elsewhere one a line, cells separated by tabs, without headings' decoration.</summary>
internal sealed class Grid(params string[] headings)
{
    private readonly List<string[]> _rows = [];

    /// <summary>Rows so far.</summary>
    public int Count => _rows.Count;

    /// <summary>Adds a row with a cell for each heading.</summary>
    public Grid Row(params string[] cells)
    {
        _rows.Add(cells);
        return this;
    }

    /// <summary>Prints it.</summary>
    public void Print(Terminal terminal)
    {
        if (terminal.IsInteractive)
        {
            terminal.Console.Write(Draw());
            return;
        }

        terminal.Output.WriteLine(string.Join('\t', headings));
        foreach (var row in _rows)
        {
            terminal.Output.WriteLine(string.Join('\t', row.Select(Clean)));
        }
    }

    /// <summary>The table to draw; numbers stand at the right.</summary>
    public Table Draw()
    {
        var table = new Table().Border(TableBorder.Rounded).BorderColor(Color.Grey);
        for (var i = 0; i < headings.Length; i++)
        {
            var column = new TableColumn(new Text(headings[i]));
            var at = i;
            table.AddColumn(_rows.Count > 0 && _rows.TrueForAll(row => Numbers.IsNumber(row[at])) ? column.RightAligned() : column);
        }

        foreach (var row in _rows)
        {
            table.AddRow(row.Select(cell => new Text(cell)));
        }

        return table;
    }

    // A cell is one cell, whatever is in it.
    private static string Clean(string cell) => cell.AsSpan().ContainsAny('\t', '\n', '\r') ? cell.Replace('\t', ' ').Replace('\n', ' ').Replace('\r', ' ') : cell;
}

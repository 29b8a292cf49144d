using System.Buffers.Binary;
using System.Globalization;
using System.Text.Json;
using Analytics.GrainInterfaces.Live;
using Analytics.GrainInterfaces.Views;
using Analytics.Grains.ClickHouse;
using Analytics.Grains.Columns;

namespace Analytics.Grains.Views.Sinks;

/// <summary>Windows as one Native block for a view's table: one part, so all of it or nothing.</summary>
internal static class RollupBlock
{
    /// <summary>Encodes windows.</summary>
    /// <param name="database">Unquoted.</param>
    /// <param name="table">Unquoted.</param>
    /// <param name="shape">Their columns; those without a type have no values and are left out.</param>
    /// <param name="windows">One or more, each with rows.</param>
    public static InsertBlock Of(string database, string table, RollupShape shape, IReadOnlyList<ViewWindow> windows)
    {
        var rows = windows.SelectMany(window => window.Rows.Select(row => (window, row))).ToArray();
        var columns = shape.Columns.Where(column => column.Type is not null).ToArray();
        var buffer = new NativeBuffer();
        buffer.WriteVarUInt((uint)columns.Length + 1);
        buffer.WriteVarUInt((uint)rows.Length);
        foreach (var column in columns)
        {
            buffer.WriteString(column.Name);
            buffer.WriteString(RollupSql.TypeOf(column));
            var values = Array.ConvertAll(rows, row => column.Of(row.window, row.row));
            foreach (var value in column.IsFixed ? [] : values)
            {
                buffer.Take(1)[0] = value is null ? (byte)1 : (byte)0;
            }

            foreach (var value in values)
            {
                Write(buffer, column.Type!.Value, value);
            }
        }

        // Taken by a dictionary's column too.
        buffer.WriteString(RollupShape.DefinitionName);
        buffer.WriteString("String");
        foreach (var _ in rows)
        {
            buffer.WriteString(shape.Definition);
        }

        var token = string.Create(CultureInfo.InvariantCulture, $"{shape.Definition}:{windows[0].StartMs}-{windows[^1].StartMs}");
        return new InsertBlock(database, table, [.. columns.Select(column => column.Name), RollupShape.DefinitionName], buffer.Written, rows.Length, token);
    }

    private static void Write(NativeBuffer buffer, RollupType type, JsonScalar? value)
    {
        var text = value?.Text;
        switch (type)
        {
            case RollupType.Text:
                buffer.WriteString(text is null ? string.Empty : TextOf(text));
                break;
            case RollupType.Bool:
                buffer.Take(1)[0] = text == "true" ? (byte)1 : (byte)0;
                break;
            case RollupType.Integer:
                BinaryPrimitives.WriteInt64LittleEndian(buffer.Take(sizeof(long)), text is null ? 0 : long.Parse(text, CultureInfo.InvariantCulture));
                break;
            case RollupType.LargeInteger:
                BinaryPrimitives.WriteInt128LittleEndian(buffer.Take(16), text is null ? 0 : Int128.Parse(text, CultureInfo.InvariantCulture));
                break;
            case RollupType.Number:
                BinaryPrimitives.WriteDoubleLittleEndian(buffer.Take(sizeof(double)), text is null ? 0 : double.Parse(text, CultureInfo.InvariantCulture));
                break;
            default:
                BinaryPrimitives.WriteInt64LittleEndian(buffer.Take(sizeof(long)), text is null ? 0 : TimeOf(text));
                break;
        }
    }

    private static string TextOf(string json) => json.StartsWith('"') ? JsonSerializer.Deserialize<string>(json)! : json;

    private static long TimeOf(string json) => DateTimeOffset.Parse(TextOf(json), CultureInfo.InvariantCulture).ToUnixTimeMilliseconds();
}

using System.Text;
using Analytics.Grains.ClickHouse;

namespace Analytics.Silo.Audit;

/// <summary>Asks tables for ids.</summary>
internal sealed class IdLookup(IClickHouse clickHouse)
{
    /// <summary>Where a table has rows with some of these ids.</summary>
    /// <param name="table">Quoted name.</param>
    /// <param name="partition">The partition to look from.</param>
    /// <param name="ids">The ids.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<Dictionary<string, KnownId>> FindAsync(
        string table, int partition, IReadOnlyCollection<string> ids, CancellationToken cancellationToken)
    {
        var found = new Dictionary<string, KnownId>(StringComparer.Ordinal);
        if (ids.Count == 0)
        {
            return found;
        }

        var reader = new RowBinaryReader(await QueryAsync(PositionSql.Ids(table, partition), ids, cancellationToken));
        while (!reader.IsAtEnd)
        {
            var id = reader.ReadText();
            var isElsewhere = reader.ReadUInt16() != 0;
            found[id] = new KnownId(isElsewhere, reader.ReadUInt16() != 0, reader.ReadInt64(), reader.ReadUInt32());
        }

        return found;
    }

    /// <summary>Which of these ids a table has.</summary>
    public async Task<HashSet<string>> HasAsync(string table, IReadOnlyCollection<string> ids, CancellationToken cancellationToken)
    {
        var found = new HashSet<string>(StringComparer.Ordinal);
        var reader = new RowBinaryReader(await QueryAsync(PositionSql.Has(table), ids, cancellationToken));
        while (!reader.IsAtEnd)
        {
            found.Add(reader.ReadText());
        }

        return found;
    }

    // As a parameter: the text of a statement is limited, that of its parameters is not.
    private Task<byte[]> QueryAsync(string sql, IReadOnlyCollection<string> ids, CancellationToken cancellationToken)
    {
        var list = new StringBuilder("[");
        foreach (var id in ids)
        {
            list.Append(list.Length == 1 ? string.Empty : ",").Append(SqlText.Literal(id));
        }

        var parameters = new Dictionary<string, string>(StringComparer.Ordinal) { ["ids"] = list.Append(']').ToString() };
        return clickHouse.QueryAsync(sql, RowBinaryReader.Format, parameters, cancellationToken);
    }
}

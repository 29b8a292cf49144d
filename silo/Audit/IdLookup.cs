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
        foreach (var list in Lists(ids))
        {
            var reader = new RowBinaryReader(await QueryAsync(PositionSql.Ids(table, partition), list, cancellationToken));
            while (!reader.IsAtEnd)
            {
                var id = reader.ReadText();
                var isElsewhere = reader.ReadUInt16() != 0;
                found[id] = new KnownId(isElsewhere, reader.ReadUInt16() != 0, reader.ReadInt64(), reader.ReadUInt32());
            }
        }

        return found;
    }

    /// <summary>Which of these ids a table has.</summary>
    public async Task<HashSet<string>> HasAsync(string table, IReadOnlyCollection<string> ids, CancellationToken cancellationToken)
    {
        var found = new HashSet<string>(StringComparer.Ordinal);
        foreach (var list in Lists(ids))
        {
            var reader = new RowBinaryReader(await QueryAsync(PositionSql.Has(table), list, cancellationToken));
            while (!reader.IsAtEnd)
            {
                found.Add(reader.ReadText());
            }
        }

        return found;
    }

    // A parameter of a request to a server may have 128 KiB; a character takes three bytes at most.
    private static IEnumerable<string> Lists(IEnumerable<string> ids)
    {
        const int CharsMax = 32 * 1024;
        var list = new StringBuilder();
        foreach (var id in ids)
        {
            list.Append(list.Length == 0 ? "[" : ",").Append(SqlText.Literal(id));
            if (list.Length >= CharsMax)
            {
                yield return list.Append(']').ToString();
                list.Clear();
            }
        }

        if (list.Length > 0)
        {
            yield return list.Append(']').ToString();
        }
    }

    private Task<byte[]> QueryAsync(string sql, string list, CancellationToken cancellationToken) => clickHouse.QueryAsync(
        sql, RowBinaryReader.Format, new Dictionary<string, string>(StringComparer.Ordinal) { ["ids"] = list }, cancellationToken);
}

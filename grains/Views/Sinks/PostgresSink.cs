using System.Text.Json;
using Analytics.GrainInterfaces.Live;
using Analytics.GrainInterfaces.Views;
using Npgsql;
using NpgsqlTypes;

namespace Analytics.Grains.Views.Sinks;

/// <summary>
/// A view's table in PostgreSQL. A transaction writes windows and moves the view's row in <see cref="PostgresSql.Progress"/>: both or neither, and whoever reads the row first waits for the other.
/// </summary>
internal sealed class PostgresSink(NpgsqlDataSource postgres, ViewSink sink, string project, string metric, string view) : IViewSink
{
    // A minute of the shortest windows. A catch-up is bounded by it, and by rows.
    private const int WindowsOfTransaction = 60;

    private readonly string _table = RollupName.Postgres(sink, project, metric, view);
    private Dictionary<string, string> _types = new(StringComparer.Ordinal);
    private RollupShape? _made;
    private bool _isKeyed;

    /// <inheritdoc />
    public string Table => PostgresTarget.Quote(_table);

    /// <inheritdoc />
    public int WindowsMax => WindowsOfTransaction;

    /// <inheritdoc />
    public Task<long?> ReadLastAsync(RollupShape shape, CancellationToken cancellationToken) => InTransactionAsync(async connection =>
    {
        await ExecuteAsync(connection, PostgresSql.CreateProgress, cancellationToken);
        var target = PostgresTarget.Of(sink, _table, shape);
        var known = await ReadProgressAsync(connection, cancellationToken);
        var isSame = known?.Target == target.Table && known?.Definition == shape.Definition;
        _types = await ReadColumnsAsync(connection, target, cancellationToken);
        if (_types.Count == 0)
        {
            _isKeyed = target.HasKey(shape);
            await ExecuteAsync(connection, PostgresSql.Create(target, _isKeyed), cancellationToken);
        }
        else
        {
            _isKeyed = known?.Target == target.Table && known.Value.IsKeyed && (isSame || await KeepKeyAsync(connection, target, shape, cancellationToken));
        }

        var lastMs = isSame ? known?.LastMs : null;
        if (!isSame || known?.IsKeyed != _isKeyed)
        {
            await ClaimAsync(connection, target, cancellationToken);
            object last = lastMs is { } ms ? DateTimeOffset.FromUnixTimeMilliseconds(ms).UtcDateTime : DBNull.Value;
            await ExecuteAsync(connection, PostgresSql.SetProgress, cancellationToken, project, metric, view, target.Table, shape.Definition, _isKeyed, last);
        }

        await AddColumnsAsync(connection, target, cancellationToken);
        _made = shape;
        return lastMs;
    }, cancellationToken);

    /// <inheritdoc />
    public Task WriteAsync(RollupShape shape, IReadOnlyList<ViewWindow> windows, CancellationToken cancellationToken) => InTransactionAsync<object?>(async connection =>
    {
        var target = PostgresTarget.Of(sink, _table, shape);
        if (await ReadProgressAsync(connection, cancellationToken) is not { } progress || progress.Target != target.Table || progress.Definition != shape.Definition || progress.LastMs >= windows[0].StartMs)
        {
            throw new SinkException($"Somebody else has changed how far the view is in {PostgresSql.Progress}; it is read again.");
        }

        if (_made is null || !_made.Columns.SequenceEqual(shape.Columns))
        {
            await AddColumnsAsync(connection, target, cancellationToken);
        }

        var written = target.Columns.Where(pair => _types.ContainsKey(pair.Name)).ToArray();
        var insert = new NpgsqlCommand(PostgresSql.Insert(target, [.. written.Select(pair => pair.Name)], _types, _isKeyed), connection);
        await using (insert)
        {
            foreach (var (_, column) in written)
            {
                string?[] values = [.. windows.SelectMany(window => window.Rows.Select(row => TextOf(column.Of(window, row))))];
                insert.Parameters.Add(new NpgsqlParameter { Value = values, NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Text });
            }

            await insert.ExecuteNonQueryAsync(cancellationToken);
        }

        await ExecuteAsync(connection, PostgresSql.MoveProgress, cancellationToken, project, metric, view, DateTimeOffset.FromUnixTimeMilliseconds(windows[^1].StartMs));
        _made = shape;
        return null;
    }, cancellationToken);

    private async Task<T> InTransactionAsync<T>(Func<NpgsqlConnection, Task<T>> work, CancellationToken cancellationToken)
    {
        try
        {
            await using var connection = await postgres.OpenConnectionAsync(cancellationToken);
            await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
            var result = await work(connection);
            await transaction.CommitAsync(cancellationToken);
            return result;
        }
        catch (Exception exception) when (exception is NpgsqlException or TimeoutException or IOException)
        {
            _made = null;
            throw new SinkException(exception.Message, exception);
        }
    }

    /// <summary>The usual name may be that of two metrics' views. A table that was named is for whoever names it.</summary>
    private async Task ClaimAsync(NpgsqlConnection connection, PostgresTarget target, CancellationToken cancellationToken)
    {
        if (sink.Table is null)
        {
            await using var command = Command(connection, PostgresSql.ReadOwner, project, metric, view, target.Table);
            if (await command.ExecuteScalarAsync(cancellationToken) is string owner)
            {
                throw new SinkException($"Table {target.Table} is that of {owner}: name another one in the view's sinks.");
            }
        }
    }

    /// <summary>Keeps the key of a table that was made for another definition if it is this one's too; otherwise it would refuse rows, and goes.</summary>
    private static async Task<bool> KeepKeyAsync(NpgsqlConnection connection, PostgresTarget target, RollupShape shape, CancellationToken cancellationToken)
    {
        string name;
        await using (var command = Command(connection, PostgresSql.ReadKey, target.Table))
        {
            await using var reader = await command.ExecuteReaderAsync(cancellationToken);
            if (!await reader.ReadAsync(cancellationToken))
            {
                return false;
            }

            name = reader.GetString(0);
            if (target.HasKey(shape) && target.Key.ToHashSet(StringComparer.Ordinal).SetEquals(reader.GetFieldValue<string[]>(1)))
            {
                return true;
            }
        }

        await ExecuteAsync(connection, PostgresSql.DropKey(target, name), cancellationToken);
        return false;
    }

    private async Task AddColumnsAsync(NpgsqlConnection connection, PostgresTarget target, CancellationToken cancellationToken)
    {
        _types = await ReadColumnsAsync(connection, target, cancellationToken);
        var missing = target.Columns.Where(pair => pair.Column.Type is not null && !_types.ContainsKey(pair.Name)).ToList();
        foreach (var (name, column) in missing)
        {
            await ExecuteAsync(connection, PostgresSql.Add(target, name, column), cancellationToken);
        }

        _types = missing.Count == 0 ? _types : await ReadColumnsAsync(connection, target, cancellationToken);
    }

    private async Task<(string Target, string Definition, bool IsKeyed, long? LastMs)?> ReadProgressAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var command = Command(connection, PostgresSql.ReadProgress, project, metric, view);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        return await reader.ReadAsync(cancellationToken)
            ? (reader.GetString(0), reader.GetString(1), reader.GetBoolean(2), await reader.IsDBNullAsync(3, cancellationToken) ? null : new DateTimeOffset(reader.GetDateTime(3)).ToUnixTimeMilliseconds())
            : null;
    }

    private static async Task<Dictionary<string, string>> ReadColumnsAsync(NpgsqlConnection connection, PostgresTarget target, CancellationToken cancellationToken)
    {
        await using var command = Command(connection, PostgresSql.ReadColumns, target.Table);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var types = new Dictionary<string, string>(StringComparer.Ordinal);
        while (await reader.ReadAsync(cancellationToken))
        {
            types.Add(reader.GetString(0), reader.GetString(1));
        }

        return types;
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql, CancellationToken cancellationToken, params object[] parameters)
    {
        await using var command = Command(connection, sql, parameters);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private static NpgsqlCommand Command(NpgsqlConnection connection, string sql, params object[] parameters)
    {
        var command = new NpgsqlCommand(sql, connection);
        foreach (var parameter in parameters)
        {
            command.Parameters.Add(new NpgsqlParameter { Value = parameter is DateTimeOffset time ? time.UtcDateTime : parameter });
        }

        return command;
    }

    // PostgreSQL's texts cannot have the character 0.
    private static string? TextOf(JsonScalar? value) => value is not { } scalar ? null
        : scalar.Text.StartsWith('"') ? JsonSerializer.Deserialize<string>(scalar.Text)!.Replace('\0', '\uFFFD') : scalar.Text;
}

using System.Globalization;
using Analytics.Grains.ClickHouse;
using Analytics.Grains.Tables;

namespace Analytics.Grains.Alerts;

/// <summary>The table <c>analytics.alerts</c>: what became of every alert, and by that what each is now. Safe to call from any thread.</summary>
/// <param name="clickHouse">The engine.</param>
/// <param name="time">The clock.</param>
internal sealed class AlertStore(IClickHouse clickHouse, TimeProvider time)
{
    private const string Table = $"{SystemTables.Database}.{SystemTables.Alerts}";

    private const string Columns =
        "project, metric, alert, toString(number), event, toString(raised), toString(toUnixTimestamp64Milli(since)), toString(toUnixTimestamp64Milli(time)), toString(value), toString(threshold), "
        + "message, definition, delivery";

    private readonly SystemRows _rows = new(clickHouse, Table, time);

    /// <summary>Enters a record, or another version of it; durable when this completes.</summary>
    /// <param name="record">The record. Entering the same again is harmless.</param>
    /// <param name="cancellationToken">Gives up waiting; it may be entered all the same.</param>
    /// <exception cref="ClickHouseException">It is not entered, or may not be.</exception>
    public Task SaveAsync(AlertRecord record, CancellationToken cancellationToken) => _rows.AddAsync(RowOf(record), cancellationToken);

    /// <summary>What a metric's alerts are, and what of them is still to be told, by alert and number.</summary>
    /// <exception cref="ClickHouseException">It cannot be read now.</exception>
    public Task<List<AlertRecord>> ReadMetricAsync(string project, string metric, CancellationToken cancellationToken) => ReadAsync(
        $"SELECT {Columns} FROM (SELECT *, max(number) OVER (PARTITION BY alert) AS newest FROM {Table} FINAL WHERE project = {SqlText.Literal(project)} AND metric = {SqlText.Literal(metric)}) "
        + $"WHERE number = newest OR delivery = '{AlertDeliveries.Pending}' ORDER BY alert, number",
        cancellationToken);

    /// <summary>What all alerts that there are now are, as of their last changes.</summary>
    /// <param name="isRaised">Only those that are or are not raised; <see langword="null"/> for all.</param>
    /// <param name="project">Only those of this project; <see langword="null"/> for all.</param>
    /// <param name="metric">Only those of metrics of this name; <see langword="null"/> for all.</param>
    /// <param name="limit">At most so many, those that changed last first.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="ClickHouseException">They cannot be read now.</exception>
    public Task<List<AlertRecord>> ListAsync(bool? isRaised, string? project, string? metric, int limit, CancellationToken cancellationToken)
    {
        var of = (project is null ? string.Empty : $"AND project = {SqlText.Literal(project)} ") + (metric is null ? string.Empty : $"AND metric = {SqlText.Literal(metric)} ");
        var state = isRaised is { } raised ? $"AND raised = {(raised ? 1 : 0)} " : string.Empty;
        return ReadAsync(
            $"SELECT {Columns} FROM (SELECT * FROM {Table} FINAL WHERE 1 {of}ORDER BY number DESC LIMIT 1 BY project, metric, alert) "
            + string.Create(CultureInfo.InvariantCulture, $"WHERE event != '{AlertEvents.Deleted}' {state}ORDER BY since DESC, project, metric, alert LIMIT {limit}"),
            cancellationToken);
    }

    /// <summary>What was raised and cleared, the newest first.</summary>
    /// <param name="limit">At most so many.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="ClickHouseException">It cannot be read now.</exception>
    public Task<List<AlertRecord>> ReadHistoryAsync(int limit, CancellationToken cancellationToken) => ReadAsync(
        string.Create(
            CultureInfo.InvariantCulture,
            $"SELECT {Columns} FROM {Table} FINAL WHERE event IN ('{AlertEvents.Raised}', '{AlertEvents.Cleared}') ORDER BY time DESC, number DESC, project, metric, alert LIMIT {limit}"),
        cancellationToken);

    /// <summary>The metrics that have alerts.</summary>
    /// <exception cref="ClickHouseException">They cannot be read now.</exception>
    public async Task<List<(string Project, string Metric)>> ListMetricsAsync(CancellationToken cancellationToken)
    {
        var rows = await clickHouse.ReadRowsAsync(
            $"SELECT project, metric FROM {Table} FINAL GROUP BY project, metric, alert HAVING argMax(event, number) != '{AlertEvents.Deleted}' ORDER BY project, metric LIMIT 1 BY project, metric",
            null, cancellationToken);
        return rows.ConvertAll(static row => (row[0]!, row[1]!));
    }

    private async Task<List<AlertRecord>> ReadAsync(string sql, CancellationToken cancellationToken)
    {
        var rows = await clickHouse.ReadRowsAsync(sql, null, cancellationToken);
        return rows.ConvertAll(static row => new AlertRecord
        {
            Project = row[0]!,
            Metric = row[1]!,
            Alert = row[2]!,
            Number = Integer(row[3]!),
            Event = row[4]!,
            IsRaised = row[5] == "1",
            SinceMs = Integer(row[6]!),
            TimeMs = Integer(row[7]!),
            Value = Fraction(row[8]),
            Threshold = Fraction(row[9]),
            Message = row[10]!,
            Definition = row[11]!,
            Delivery = row[12]!,
        });
    }

    // What became of the delivery is the newer version.
    private static string RowOf(AlertRecord record) => string.Create(
        CultureInfo.InvariantCulture,
        $"({SqlText.Literal(record.Project)}, {SqlText.Literal(record.Metric)}, {SqlText.Literal(record.Alert)}, {record.Number}, '{record.Event}', {(record.IsRaised ? 1 : 0)}, "
        + $"fromUnixTimestamp64Milli({record.SinceMs}, 'UTC'), fromUnixTimestamp64Milli({record.TimeMs}, 'UTC'), {Literal(record.Value)}, {Literal(record.Threshold)}, "
        + $"{SqlText.Literal(record.Message)}, {SqlText.Literal(record.Definition)}, '{record.Delivery}', {(record.Delivery is AlertDeliveries.Delivered or AlertDeliveries.Failed ? 2 : 1)})");

    private static string Literal(double? value) => value?.ToString("R", CultureInfo.InvariantCulture) ?? "NULL";

    private static long Integer(string text) => long.Parse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);

    private static double? Fraction(string? text) => text is null ? null : double.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture);
}

using Analytics.Client;

await using var client = new AnalyticsClient(new Uri("http://127.0.0.1:8080"));
for (var i = 1; i <= 1000; i++)
{
    client.Track("shop", "purchase", new { amount = i * 0.5, user = $"u{i % 10}" });
}

await client.FlushAsync();
await foreach (var now in client.WatchAsync("shop", "purchase"))
{
    Console.WriteLine($"{now.Total} purchases, {now.Fields["amount"].Sum} in all");
    if (now.Total >= 1000) { break; }
}

// The README's first program ends here; what follows uses what else there is.
var schema = await client.GetSchemaAsync("shop", "purchase");
Console.WriteLine(string.Join(", ", schema!.Columns.Select(column => $"{column.Name} {column.Type}")));
var rows = await client.QueryAsync<UserTotal>("SELECT user, sum(amount) AS total FROM shop.purchase GROUP BY user ORDER BY user LIMIT 2");
Console.WriteLine(string.Join(", ", rows.Select(row => $"{row.User} {row.Total}")));
var series = await client.GetSeriesAsync("shop", "purchase", new SeriesQuery { Agg = "sum", Field = "amount", By = "user" });
Console.WriteLine($"{series.Series.Count} series, {series.Series.Sum(one => one.Points.Sum(point => point.Number))} in all");
await client.PutViewAsync("shop", "purchase", "by_user", new ViewDefinition { GroupBy = ["user"], Window = "30d", Aggregates = [new("sum", "amount"), new("count")] });
var view = await client.GetViewAsync("shop", "purchase", "by_user");
Console.WriteLine($"{view!.Windows[^1].Rows.Count} groups, {view.Windows[^1].Rows.Sum(row => row.Number("count"))} rows");
Console.WriteLine($"{client.Counts.Accepted} accepted, {client.Counts.Refused} refused");

internal sealed record UserTotal(string User, double Total);

// Goal: a million real events over HTTP, with new fields half way, a stop and start, and a kill -9 in between: table, live snapshot and file agree exactly.
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Numerics;
using System.Text;
using System.Text.Json;
using Xunit;

namespace Analytics.Tests.Integration;

public sealed class Flights
{
    private const int EventsPerBody = 2_000;
    private const int Replays = 5;
    private const string LivePath = "/v1/projects/air/metrics/flights";

    [Fact]
    public async Task A_million_flights_agree_with_the_file_across_a_stop_and_new_fields()
    {
        var data = await FlightData.LoadAsync();
        await using var silo = await RunningSilo.StartNewAsync();
        var plain = Bodies(data, idPrefix: null, extraFields: string.Empty);
        var extended = Bodies(data, idPrefix: null, extraFields: ",\"carrier\":\"AA\",\"late\":true");

        for (var replay = 0; replay < Replays; replay++)
        {
            foreach (var body in replay < 3 ? plain : extended)
            {
                await SendAsync(silo, body);
            }

            if (replay == 1)
            {
                var before = await SettledAsync(silo, 2L * data.Rows.Length);
                Assert.Equal(0, await silo.StopAsync());
                await silo.StartAsync();
                var after = await SettledAsync(silo, 2L * data.Rows.Length);
                Assert.Equal(before.GetProperty("fields").GetRawText(), after.GetProperty("fields").GetRawText());
            }
        }

        await AssertAgreesAsync(silo, data, Replays);
        var live = await silo.GetAsync(LivePath);
        var carrier = live.GetProperty("fields").GetProperty("carrier");
        Assert.Equal(2L * data.Rows.Length, carrier.GetProperty("count").GetInt64());
        Assert.Equal(3L * data.Rows.Length, carrier.GetProperty("null").GetInt64());
        Assert.Equal(2L * data.Rows.Length, (await silo.QueryAsync("SELECT toString(countIf(late)) AS n FROM air.flights"))[0].AsLong("n"));
    }

    [Fact]
    public async Task Kill_9_during_the_load_loses_nothing_and_doubles_nothing()
    {
        var data = await FlightData.LoadAsync();
        await using var silo = await RunningSilo.StartNewAsync();
        var bodies = Bodies(data, idPrefix: "f", extraFields: string.Empty);
        var killAt = new[] { bodies.Count / 4, bodies.Count / 2, bodies.Count * 3 / 4 };

        for (var i = 0; i < bodies.Count; i++)
        {
            if (!killAt.Contains(i))
            {
                await SendAsync(silo, bodies[i]);
                continue;
            }

            // The kill comes while the request is on its way: whether it was accepted is unknown, so it is sent again with the same ids.
            var sending = TrySendAsync(silo, bodies[i]);
            await silo.KillAsync();
            await sending;
            await silo.StartAsync();
            await SendAsync(silo, bodies[i]);
        }

        await AssertAgreesAsync(silo, data, replays: 1);
        var distinct = await silo.QueryAsync("SELECT toString(uniqExact(_id)) AS n FROM air.flights");
        Assert.Equal(data.Rows.Length, distinct[0].AsLong("n"));
    }

    private static async Task AssertAgreesAsync(RunningSilo silo, FlightData data, int replays)
    {
        var total = (long)replays * data.Rows.Length;
        var live = await SettledAsync(silo, total);
        var row = (await silo.QueryAsync(
            "SELECT toString(count()) AS n, toString(sum(delay)) AS delay, toString(sum(distance)) AS distance, " +
            "toString(sum(toDecimal256(toString(time), 20))) AS time FROM air.flights"))[0];

        Assert.Equal(total, row.AsLong("n"));
        Assert.Equal(replays * data.DelaySum, BigInteger.Parse(row.GetProperty("delay").GetString()!, CultureInfo.InvariantCulture));
        Assert.Equal(replays * data.DistanceSum, BigInteger.Parse(row.GetProperty("distance").GetString()!, CultureInfo.InvariantCulture));
        Assert.Equal(replays * data.TimeSumE20, FlightData.DecimalE20(row.GetProperty("time").GetString()!));

        var fields = live.GetProperty("fields");
        Assert.Equal(total, fields.GetProperty("delay").GetProperty("count").GetInt64());
        Assert.Equal((replays * data.DelaySum).ToString(CultureInfo.InvariantCulture), fields.GetProperty("delay").GetProperty("sum").GetRawText());
        Assert.Equal((replays * data.DistanceSum).ToString(CultureInfo.InvariantCulture), fields.GetProperty("distance").GetProperty("sum").GetRawText());
        Assert.Equal(data.ExactTimeSum(replays), fields.GetProperty("time").GetProperty("sum").GetDouble());
        Assert.Equal(total, live.GetProperty("durable").GetProperty("rows").GetInt64());
    }

    private static Task<JsonElement> SettledAsync(RunningSilo silo, long total) => Eventually.GetAsync(
        () => silo.GetAsync(LivePath),
        live => live.GetProperty("total").GetInt64() == total && live.GetProperty("durable").GetProperty("rows").GetInt64() == total,
        TimeSpan.FromSeconds(60));

    private static List<byte[]> Bodies(FlightData data, string? idPrefix, string extraFields)
    {
        var bodies = new List<byte[]>();
        var text = new StringBuilder();
        for (var i = 0; i < data.Rows.Length; i++)
        {
            text.Append("{\"project\":\"air\",\"metric\":\"flights\"");
            if (idPrefix is not null)
            {
                text.Append(CultureInfo.InvariantCulture, $",\"id\":\"{idPrefix}{i}\"");
            }

            text.Append(",\"fields\":").Append(data.Rows[i].AsSpan(0, data.Rows[i].Length - 1)).Append(extraFields).Append("}}\n");
            if ((i + 1) % EventsPerBody == 0 || i == data.Rows.Length - 1)
            {
                bodies.Add(Encoding.UTF8.GetBytes(text.ToString()));
                text.Clear();
            }
        }

        return bodies;
    }

    private static async Task SendAsync(RunningSilo silo, byte[] body)
    {
        using var content = new ByteArrayContent(body);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/x-ndjson");
        var (status, answer) = await silo.PostAsync("/v1/events", content);
        Assert.True(status == HttpStatusCode.Accepted && answer.GetProperty("rejected").GetInt32() == 0, answer.GetRawText());
    }

    private static async Task TrySendAsync(RunningSilo silo, byte[] body)
    {
        try
        {
            await SendAsync(silo, body);
        }
        catch (HttpRequestException)
        {
            // The connection went with the process.
        }
        catch (IOException)
        {
            // Likewise, while the answer was read.
        }
    }
}

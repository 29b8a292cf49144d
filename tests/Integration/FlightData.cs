using System.Diagnostics;
using System.Globalization;
using System.Numerics;
using System.Text;
using System.Text.Json;

namespace Analytics.Tests.Integration;

/// <summary>200,000 flights, a real data set (<c>flights-200k.json</c> of npm's vega-datasets), as the file has them, with sums computed here.</summary>
internal sealed class FlightData
{
    private FlightData(string[] rows, BigInteger delaySum, BigInteger distanceSum, BigInteger timeSumE20)
    {
        Rows = rows;
        DelaySum = delaySum;
        DistanceSum = distanceSum;
        TimeSumE20 = timeSumE20;
    }

    /// <summary>Each flight as the JSON text of its fields.</summary>
    public string[] Rows { get; }

    /// <summary>Sum of all <c>delay</c>.</summary>
    public BigInteger DelaySum { get; }

    /// <summary>Sum of all <c>distance</c>.</summary>
    public BigInteger DistanceSum { get; }

    /// <summary>Sum of all <c>time</c> as the decimal numbers in the file, times 10^20.</summary>
    public BigInteger TimeSumE20 { get; }

    /// <summary>Fetches (once per user) and reads the file.</summary>
    public static async Task<FlightData> LoadAsync()
    {
        var bytes = await File.ReadAllBytesAsync(await FetchAsync());
        using var document = JsonDocument.Parse(bytes);
        var rows = new List<string>();
        BigInteger delay = 0, distance = 0, time = 0;
        foreach (var flight in document.RootElement.EnumerateArray())
        {
            rows.Add(flight.GetRawText());
            delay += flight.GetProperty("delay").GetInt64();
            distance += flight.GetProperty("distance").GetInt64();
            time += DecimalE20(flight.GetProperty("time").GetRawText());
        }

        return new FlightData([.. rows], delay, distance, time);
    }

    /// <summary>A decimal number's text times 10^20, exactly.</summary>
    public static BigInteger DecimalE20(string text)
    {
        var point = text.IndexOf('.', StringComparison.Ordinal);
        var fraction = point < 0 ? string.Empty : text[(point + 1)..];
        var digits = (point < 0 ? text : text[..point]) + fraction.PadRight(20, '0');
        return BigInteger.Parse(digits, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
    }

    private static async Task<string> FetchAsync()
    {
        var script = Path.Combine(RepositoryRoot.Path, "eng", "fetch-flights.sh");
        var start = new ProcessStartInfo(script) { RedirectStandardOutput = true, RedirectStandardError = true };
        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, await error);
        return output.Split('\n', StringSplitOptions.RemoveEmptyEntries)[^1];
    }
}

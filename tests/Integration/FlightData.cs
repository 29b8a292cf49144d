using System.Diagnostics;
using System.Globalization;
using System.Numerics;
using System.Text.Json;
using Xunit;

namespace Analytics.Tests.Integration;

/// <summary>200,000 flights, a real data set (<c>flights-200k.json</c> of npm's vega-datasets), as the file has them, with sums computed here.</summary>
internal sealed class FlightData
{
    private readonly BigInteger _timeSumUnits;

    private FlightData(string[] rows, BigInteger delaySum, BigInteger distanceSum, BigInteger timeSumE20, BigInteger timeSumUnits)
    {
        _timeSumUnits = timeSumUnits;
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
        BigInteger delay = 0, distance = 0, time = 0, timeUnits = 0;
        foreach (var flight in document.RootElement.EnumerateArray())
        {
            rows.Add(flight.GetRawText());
            delay += flight.GetProperty("delay").GetInt64();
            distance += flight.GetProperty("distance").GetInt64();
            time += DecimalE20(flight.GetProperty("time").GetRawText());
            timeUnits += Units(flight.GetProperty("time").GetDouble());
        }

        return new FlightData([.. rows], delay, distance, time, timeUnits);
    }

    /// <summary>The exact sum of all <c>time</c> as doubles, over so many replays of the file, rounded once.</summary>
    public double ExactTimeSum(int replays)
    {
        // A decimal text with far more digits than a double needs, read back by the framework: rounds once, to nearest even.
        var units = replays * _timeSumUnits;
        var whole = units >> UnitBits;
        var fraction = ((units - (whole << UnitBits)) * BigInteger.Pow(10, UnitBits)) >> UnitBits;
        return double.Parse($"{whole}.{fraction.ToString($"D{UnitBits}", CultureInfo.InvariantCulture)}", CultureInfo.InvariantCulture);
    }

    // A time of day in hours is below 2^5 and, unless zero, at least 2^-10: as a double a multiple of 2^-62.
    private const int UnitBits = 62;

    private static BigInteger Units(double value) => new(Math.ScaleB(value, UnitBits));

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

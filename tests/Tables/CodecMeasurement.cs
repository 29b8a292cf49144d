// Goal: which codec fits which column: bytes a value on disk, and processor time of writing and merging it, on values like those of real events. Run by hand:
// -class '*CodecMeasurement' -explicit on
using System.Diagnostics;
using System.Globalization;
using Analytics.Tests.ClickHouse;
using Xunit;

namespace Analytics.Tests.Tables;

[Collection(AloneCollection.Name)]
public sealed class CodecMeasurement(EngineFixture engine, ITestOutputHelper output)
{
    private const int Rows = 4_000_000;

    // Rows are in order of time as they arrive; a table is sorted by it, so positions of several partitions mix.
    private static readonly (string Name, string Type, string Value)[] Columns =
    [
        ("_time", "DateTime64(3, 'UTC')", "fromUnixTimestamp64Milli(1800000000000 + intDiv(n, 20) + intHash32(n) % 50)"),
        ("_received", "DateTime64(3, 'UTC')", "fromUnixTimestamp64Milli(1800000000000 + intDiv(n, 20) + 40 + intHash32(intDiv(n, 100)) % 20)"),
        ("_partition", "UInt32", "toUInt32(intHash32(intDiv(n, 100)) % 4)"),
        ("_offset", "UInt64", "toUInt64(intDiv(n, 4) + intHash32(intDiv(n, 100)) % 4 * 1000003)"),
        ("_seq", "UInt32", "toUInt32(n % 100)"),
        ("_inserted", "DateTime('UTC')", "toDateTime(1800000000 + intDiv(n, 500000))"),
        ("counter Int64", "Nullable(Int64)", "toInt64(n * 3)"),
        ("small Int64", "Nullable(Int64)", "toInt64(intHash32(n) % 10)"),
        ("id Int64", "Nullable(Int64)", "toInt64(cityHash64(n))"),
        ("price Float64", "Nullable(Float64)", "toFloat64(1000 + intHash32(n) % 900000) / 100"),
        ("gauge Float64", "Nullable(Float64)", "20 + sin(n / 10000) * 5"),
        ("user String", "Nullable(String)", "concat('u', toString(intHash32(n) % 10000))"),
        ("session String", "Nullable(String)", "hex(intHash64(intDiv(n, 20)))"),
        ("DateTime", "Nullable(DateTime64(3, 'UTC'))", "fromUnixTimestamp64Milli(1800000000000 + n * 7 + intHash32(n) % 5000)"),
    ];

    private static readonly string[] Codecs =
    [
        "LZ4", "Delta, LZ4", "DoubleDelta, LZ4", "T64, LZ4", "Gorilla, LZ4", "ZSTD(1)", "Delta, ZSTD(1)", "DoubleDelta, ZSTD(1)", "T64, ZSTD(1)", "Gorilla, ZSTD(1)",
    ];

    [Fact(Explicit = true)]
    public async Task Bytes_and_time_by_codec()
    {
        var clickHouse = await engine.OpenAsync();
        var project = await engine.NewDatabaseAsync();
        foreach (var (name, type, value) in Columns)
        {
            foreach (var codec in Codecs)
            {
                try
                {
                    await clickHouse.ExecuteAsync($"CREATE TABLE {project}.c (n UInt32, v {type} CODEC({codec})) ENGINE = MergeTree ORDER BY n SETTINGS min_bytes_for_wide_part = 0");
                }
                catch (Grains.ClickHouse.ClickHouseException)
                {
                    // The codec does not take the type.
                    continue;
                }

                var before = Process.GetCurrentProcess().TotalProcessorTime;
                for (var part = 0; part < 4; part++)
                {
                    await clickHouse.ExecuteAsync(
                        $"INSERT INTO {project}.c SELECT number + {part * (Rows / 4)} AS n, {value} FROM numbers({Rows / 4}) SETTINGS max_insert_threads = 1, max_threads = 1");
                }

                await clickHouse.ExecuteAsync($"OPTIMIZE TABLE {project}.c FINAL");
                var cpu = Process.GetCurrentProcess().TotalProcessorTime - before;
                var bytes = double.Parse(
                    await engine.QueryTextAsync($"SELECT sum(data_compressed_bytes) FROM system.columns WHERE database = '{project}' AND table = 'c' AND name = 'v'"),
                    CultureInfo.InvariantCulture);
                output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name,-14} {codec,-20} {bytes / Rows,6:0.00} B  {cpu.TotalMilliseconds * 1e6 / Rows,6:0} ns"));
                await clickHouse.ExecuteAsync($"DROP TABLE {project}.c SYNC");
            }
        }
    }
}

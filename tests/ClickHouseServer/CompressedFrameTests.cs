// Goal: ClickHouse's compressed frames are read and written as the engine does: its own files are the proof of checksum and decompression, round trips that of
// compression; every damaged byte is found.
using System.Net;
using Analytics.Grains.ClickHouse;
using Analytics.Silo.ClickHouseServer.Compression;
using Xunit;

namespace Analytics.Tests.ClickHouseServer;

public sealed class CompressedFrameTests(ServedFixture fixture) : IClassFixture<ServedFixture>
{
    private const long PlainBytesMax = 16 * 1024 * 1024;

    private TestServer Server => fixture.Server;

    [Fact]
    public async Task Files_of_the_engines_tables_are_such_frames()
    {
        var database = await fixture.Engine.NewDatabaseAsync();
        var clickHouse = await fixture.Engine.OpenAsync();
        await clickHouse.ExecuteAsync(
            $"CREATE TABLE {database}.t (a UInt64 CODEC(LZ4), r UInt64 CODEC(LZ4), n UInt64 CODEC(NONE)) ENGINE = MergeTree ORDER BY tuple() SETTINGS min_bytes_for_wide_part = 0");
        await clickHouse.ExecuteAsync($"INSERT INTO {database}.t SELECT number, sipHash64(number), number FROM numbers(300000)");
        var part = await fixture.Engine.QueryTextAsync($"SELECT path FROM system.parts WHERE database = '{database}' AND active");
        foreach (var column in new[] { "a", "n" })
        {
            var plain = Plain(await File.ReadAllBytesAsync(Path.Combine(part, column + ".bin")));
            Assert.Equal(300_000 * sizeof(ulong), plain.Length);
            for (var i = 0; i < 300_000; i++)
            {
                Assert.Equal((ulong)i, BitConverter.ToUInt64(plain, i * sizeof(ulong)));
            }
        }

        Assert.Equal(300_000 * sizeof(ulong), Plain(await File.ReadAllBytesAsync(Path.Combine(part, "r.bin"))).Length);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(4)]
    [InlineData(8)]
    [InlineData(12)]
    [InlineData(13)]
    [InlineData(20)]
    [InlineData(100)]
    [InlineData(300)]
    [InlineData(65_536 + 40)]
    [InlineData(1024 * 1024)]
    [InlineData(1024 * 1024 + 1)]
    [InlineData(3_000_000)]
    public void What_is_written_is_read_again(int length)
    {
        var random = new Random(length);
        foreach (var symbols in new[] { 1, 2, 4, 256 })
        {
            var data = new byte[length];
            for (var i = 0; i < length; i++)
            {
                // Runs, repeats far away and noise.
                data[i] = i > 70_000 && random.Next(4) > 0 ? data[i - 65_535] : (byte)random.Next(symbols);
            }

            var frames = CompressedFrames.Write(data);
            Assert.Equal(data, Plain(frames));
            Assert.True(symbols > 1 || length < 1000 || frames.Length < length / 50, $"{frames.Length} for {length}");
        }
    }

    [Fact]
    public void A_damaged_byte_or_a_missing_one_is_found_wherever_it_is()
    {
        var frames = CompressedFrames.Write("a frame, a frame, a frame, and what is in it"u8);
        for (var i = 0; i < frames.Length; i++)
        {
            var damaged = frames.ToArray();
            damaged[i] ^= 0x20;
            Assert.Throws<ClickHouseException>(() => Plain(damaged));
            Assert.Throws<ClickHouseException>(() => i == 0 ? Plain(frames[..^1]) : Plain(frames[..i]));
        }
    }

    [Fact]
    public void A_block_that_lies_never_reaches_beyond_its_target()
    {
        var random = new Random(7);
        var source = new byte[64];
        var target = new byte[200];
        for (var i = 0; i < 200_000; i++)
        {
            random.NextBytes(source);
            _ = Lz4Block.TryDecode(source.AsSpan(0, random.Next(source.Length)), target.AsSpan(0, random.Next(target.Length)));
        }

        Assert.False(Lz4Block.TryDecode([0x10, 1, 0, 0], target.AsSpan(0, 10)));
        Assert.True(Lz4Block.TryDecode([0x20, 1, 2], target.AsSpan(0, 2)));
    }

    [Fact]
    public async Task A_body_in_frames_is_inserted_and_a_damaged_one_is_not()
    {
        var table = await fixture.Engine.NewDatabaseAsync() + ".t";
        await (await fixture.Engine.OpenAsync()).ExecuteAsync($"CREATE TABLE {table} (a UInt64) ENGINE = MergeTree ORDER BY a");
        var query = $"INSERT INTO {table} FORMAT TSV";
        var body = CompressedFrames.Write("1\n2\n3\n"u8);
        Assert.Equal(3, (await Server.InsertAsync(query, body, "decompress=1")).MustBe(string.Empty).Summary("written_rows"));
        body[20] ^= 1;
        (await Server.InsertAsync(query, body, "decompress=1")).MustFail(HttpStatusCode.InternalServerError, 271, "CANNOT_DECOMPRESS");
        body[20] ^= 1;
        body[^1] ^= 1;
        (await Server.InsertAsync(query, body, "decompress=1")).MustFail(HttpStatusCode.InternalServerError, 40, "CHECKSUM_DOESNT_MATCH");
        (await Server.InsertAsync(query, "1\n2\n"u8.ToArray(), "decompress=1")).MustFail(HttpStatusCode.InternalServerError, 271, "CANNOT_DECOMPRESS");
        Assert.Equal("3", await fixture.Engine.QueryTextAsync($"SELECT count() FROM {table}"));
    }

    private static byte[] Plain(byte[] frames)
    {
        // What a damaged frame says of its size is not believed here either.
        var length = CompressedFrames.PlainLength(frames);
        var target = length <= PlainBytesMax ? new byte[length] : throw new ClickHouseException(0, "too large");
        CompressedFrames.Read(frames, target);
        return target;
    }
}

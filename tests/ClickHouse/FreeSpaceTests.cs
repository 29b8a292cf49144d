// Goal: nothing changes tables on a disk that is nearly full; everywhere else nobody notices.
using Analytics.Grains.ClickHouse;
using Analytics.Grains.ClickHouse.Embedded;
using Xunit;

namespace Analytics.Tests.ClickHouse;

public sealed class FreeSpaceTests
{
    [Fact]
    public void Space_enough_is_space_enough()
    {
        new FreeSpace("data", _ => FreeSpace.BytesMin).Require();
        new FreeSpace(Path.GetTempPath()).Require();
    }

    [Fact]
    public void A_nearly_full_disk_is_told_with_its_folder_and_both_sizes()
    {
        var asked = string.Empty;
        var exception = Assert.Throws<ClickHouseException>(() => new FreeSpace("data/clickhouse", path =>
        {
            asked = path;
            return FreeSpace.BytesMin - 1;
        }).Require());

        Assert.Equal("data/clickhouse", asked);
        Assert.Equal((243, false), (exception.Code, exception.IsOutcomeUnknown));
        Assert.Contains("data/clickhouse has 16777215 bytes free", exception.Message, StringComparison.Ordinal);
        Assert.Contains("needs 16777216", exception.Message, StringComparison.Ordinal);
    }
}

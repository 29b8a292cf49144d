using System.Globalization;

namespace Analytics.Grains.ClickHouse.Embedded;

/// <summary>
/// Keeps statements that change definitions off a disk that is nearly full. The engine (26.7) reports success for an ALTER or CREATE whose
/// definition file it could not write, and leaves an empty file: the next statement fails, and so does the table after a restart.
/// Inserts need no such care: the engine itself reserves space for a part and refuses one that does not fit.
/// </summary>
/// <param name="directory">The engine's directory; it exists.</param>
/// <param name="readFreeBytes">Bytes free on the disk of a directory.</param>
internal sealed class FreeSpace(string directory, Func<string, long> readFreeBytes)
{
    /// <summary>Far more than a definition takes (a thousand columns are 100 KB), and more than the event log and inserts write meanwhile.</summary>
    public const long BytesMin = 16 * 1024 * 1024;

    /// <summary>The space of the real disk.</summary>
    public FreeSpace(string directory)
        : this(directory, static path => new DriveInfo(path).AvailableFreeSpace)
    {
    }

    /// <summary>Returns when there is enough.</summary>
    /// <exception cref="ClickHouseException">There is not; nothing was done, and the statement can be tried again.</exception>
    public void Require()
    {
        var freeBytes = readFreeBytes(directory);
        if (freeBytes < BytesMin)
        {
            throw new ClickHouseException(
                EngineError.NotEnoughSpace,
                string.Create(CultureInfo.InvariantCulture, $"No space left: the disk of {directory} has {freeBytes} bytes free, and a statement that changes tables needs {BytesMin}."));
        }
    }
}

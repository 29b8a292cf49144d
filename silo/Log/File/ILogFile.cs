namespace Analytics.Silo.Log.File;

/// <summary>One open file. Failures are <see cref="IOException"/>s.</summary>
internal interface ILogFile : IDisposable
{
    /// <summary>Bytes of the file now.</summary>
    long LengthBytes { get; }

    /// <summary>Reads some bytes at a position.</summary>
    /// <returns>Bytes read; 0 at the end of the file.</returns>
    int Read(Span<byte> target, long position);

    /// <summary>Writes all bytes at a position. They are durable only after <see cref="Sync"/>.</summary>
    void Write(ReadOnlySpan<byte> source, long position);

    /// <summary>Cuts or extends the file.</summary>
    void SetLength(long lengthBytes);

    /// <summary>Makes everything written durable. After a failure nothing is known of what was written since the last success.</summary>
    void Sync();
}

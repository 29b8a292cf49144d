namespace Analytics.Tests.ClickHouse.Http;

/// <summary>How a reply of <see cref="FaultyServer"/> ends.</summary>
public enum ReplyEnd
{
    /// <summary>As it should, with its length before it.</summary>
    Whole,

    /// <summary>As it should, in chunks.</summary>
    WholeChunks,

    /// <summary>The connection closes before as many bytes came as were promised.</summary>
    CutLength,

    /// <summary>The connection closes before the last chunk.</summary>
    CutChunks,

    /// <summary>The connection is reset and nothing is answered.</summary>
    Reset,

    /// <summary>Nothing is answered, and the connection stays.</summary>
    Never,
}

namespace Analytics.Silo.Http.Collect;

/// <summary>How a body is compressed.</summary>
internal enum ContentCoding
{
    /// <summary>RFC 1952; several members may follow each other.</summary>
    Gzip,

    /// <summary>HTTP's <c>deflate</c>: RFC 1950, that is deflate in a zlib wrapper.</summary>
    Deflate,

    /// <summary>RFC 7932.</summary>
    Brotli,
}

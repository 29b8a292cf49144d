namespace Analytics.Silo.Http.Collect;

/// <summary>Why a body could not be read or decompressed.</summary>
internal enum BodyFault
{
    /// <summary>It could.</summary>
    None,

    /// <summary>It has more bytes than one body may have.</summary>
    TooLarge,

    /// <summary>Other bodies use the memory there is for them.</summary>
    NoMemory,

    /// <summary>Its data is cut off or corrupt.</summary>
    Invalid,
}

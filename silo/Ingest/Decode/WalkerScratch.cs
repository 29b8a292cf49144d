using Analytics.GrainInterfaces.Names;
using Analytics.Grains.Columns;

namespace Analytics.Silo.Ingest.Decode;

/// <summary>Buffers a walker reuses from event to event.</summary>
internal sealed class WalkerScratch
{
    // \u0041 is six bytes for one: a longer raw name cannot be a valid one.
    private const int EscapedNameBytesMax = 6 * FieldName.BytesMax;

    // Kept between messages; a larger buffer was for one unusual value.
    private const int KeptBytesMax = 1024 * 1024;

    private byte[] _text = new byte[256];

    /// <summary>The unescaped project.</summary>
    public byte[] Project { get; } = new byte[EscapedNameBytesMax];

    /// <summary>The unescaped metric.</summary>
    public byte[] Metric { get; } = new byte[EscapedNameBytesMax];

    /// <summary>An unescaped key or field name.</summary>
    public byte[] Name { get; } = new byte[EscapedNameBytesMax];

    /// <summary>The flattened name: the path of the open objects, each followed by <c>_</c>, and room for one further name.</summary>
    public byte[] Path { get; } = new byte[(2 * FieldName.BytesMax) + 2];

    /// <summary>The unescaped id.</summary>
    public byte[] Id { get; set; } = [];

    /// <summary>The encoded elements of an array.</summary>
    public ByteBuffer Elements = new(256);

    /// <summary>Room for a text of <paramref name="size"/> bytes; valid until the next call.</summary>
    public Span<byte> Text(int size)
    {
        if (_text.Length < size)
        {
            _text = new byte[Math.Max(size, _text.Length * 2)];
        }

        return _text;
    }

    /// <summary>Lets go of buffers that grew beyond what is worth keeping.</summary>
    public void Trim()
    {
        if (_text.Length > KeptBytesMax)
        {
            _text = new byte[256];
        }

        if (Elements.Capacity > KeptBytesMax)
        {
            Elements = new ByteBuffer(256);
        }
    }
}

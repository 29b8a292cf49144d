using System.Runtime.InteropServices;
using System.Text;

namespace Analytics.Grains.ClickHouse.Embedded;

/// <summary>Texts as C wants them: an array of pointers to UTF-8, null-terminated, and one of lengths in bytes. Freed when disposed.</summary>
internal sealed unsafe class NativeTexts : IDisposable
{
    private nint _memory;

    /// <summary>Copies the texts.</summary>
    public NativeTexts(IReadOnlyList<string> texts)
    {
        Count = texts.Count;
        var bytes = new byte[texts.Count][];
        var size = 0;
        for (var i = 0; i < texts.Count; i++)
        {
            bytes[i] = Encoding.UTF8.GetBytes(texts[i]);
            size += bytes[i].Length + 1;
        }

        // Pointers, then lengths, then the texts.
        var tableSize = texts.Count * (sizeof(byte*) + sizeof(nuint));
        _memory = Marshal.AllocHGlobal(tableSize + size + 1);
        Pointers = (byte**)_memory;
        Lengths = (nuint*)(_memory + (texts.Count * sizeof(byte*)));
        var next = (byte*)_memory + tableSize;
        for (var i = 0; i < texts.Count; i++)
        {
            bytes[i].CopyTo(new Span<byte>(next, bytes[i].Length));
            next[bytes[i].Length] = 0;
            Pointers[i] = next;
            Lengths[i] = (nuint)bytes[i].Length;
            next += bytes[i].Length + 1;
        }
    }

    /// <summary>Number of texts.</summary>
    public int Count { get; }

    /// <summary>Where each text begins.</summary>
    public byte** Pointers { get; }

    /// <summary>Bytes of each text, without the zero.</summary>
    public nuint* Lengths { get; }

    /// <inheritdoc/>
    public void Dispose()
    {
        Marshal.FreeHGlobal(_memory);
        _memory = 0;
    }
}

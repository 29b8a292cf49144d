using System.IO.Compression;
using System.Security.Cryptography;

namespace Analytics.Silo.Http.Dashboard;

/// <summary>One file of the dashboard, ready to be sent.</summary>
internal sealed class DashboardFile
{
    private readonly Lazy<byte[]> _brotli;

    /// <summary>Makes it of its bytes.</summary>
    /// <param name="contentType">What it is sent as.</param>
    /// <param name="bytes">Its bytes.</param>
    public DashboardFile(string contentType, byte[] bytes)
    {
        ContentType = contentType;
        Bytes = bytes;
        ETag = $"\"{Convert.ToHexStringLower(SHA256.HashData(bytes).AsSpan(0, 16))}\"";
        _brotli = new Lazy<byte[]>(Compress);
    }

    /// <summary>What it is sent as.</summary>
    public string ContentType { get; }

    /// <summary>As it is.</summary>
    public byte[] Bytes { get; }

    /// <summary>As Brotli packs it; made once.</summary>
    public byte[] Brotli => _brotli.Value;

    /// <summary>The same for the same bytes.</summary>
    public string ETag { get; }

    private byte[] Compress()
    {
        using var packed = new MemoryStream();
        using (var brotli = new BrotliStream(packed, CompressionLevel.Optimal, leaveOpen: true))
        {
            brotli.Write(Bytes);
        }

        return packed.ToArray();
    }
}

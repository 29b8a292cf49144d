using System.Reflection;
using System.Runtime.InteropServices;

namespace Analytics.Silo.Log.Kafka.Native;

/// <summary>Finds librdkafka: beside the program where its package brought it, else the system's.</summary>
internal static class RdKafkaLibrary
{
    /// <summary>Names the library's file, for a place where nobody would look for it.</summary>
    public const string PathVariable = "LIBRDKAFKA_PATH";

    // The package's second file, without Kerberos: the first wants a libsasl2.so.3 that Debian does not have.
    private const string PackageWithoutKerberos = "centos8-librdkafka";

    // Debian's and Fedora's file name, and Homebrew's.
    private static readonly string[] SystemNames = ["librdkafka.so.1", "librdkafka.1.dylib", "librdkafka"];

    private static readonly Lazy<nint> Handle = new(Load);

    /// <summary>Loads it, once; for our own calls and for those of the managed client.</summary>
    /// <exception cref="EventLogException">It is not installed; the message says how to install it.</exception>
    public static void Ensure() => _ = Handle.Value;

    private static nint Load()
    {
        var handle = Find();
        NativeLibrary.SetDllImportResolver(typeof(RdKafka).Assembly, Resolve);
        NativeLibrary.SetDllImportResolver(typeof(Confluent.Kafka.Library).Assembly, Resolve);
        return handle;
    }

    private static nint Find()
    {
        if (Environment.GetEnvironmentVariable(PathVariable) is { Length: > 0 } path)
        {
            return NativeLibrary.TryLoad(path, out var named)
                ? named
                : throw new EventLogException($"{PathVariable} is '{path}', and no library can be loaded from there.");
        }

        foreach (var name in (string[])[RdKafka.Name, .. SystemNames, PackageWithoutKerberos])
        {
            if (NativeLibrary.TryLoad(name, typeof(RdKafka).Assembly, null, out var handle))
            {
                return handle;
            }
        }

        throw new EventLogException(
            "Analytics:Log:Kind is Kafka, and librdkafka is not installed: apt-get install librdkafka1 (Debian, Ubuntu), dnf install librdkafka (Fedora) "
            + $"or brew install librdkafka (macOS), or say where it is with {PathVariable}.");
    }

    // The managed client asks for the library by several names, one for each way it may have been packed.
    private static nint Resolve(string name, Assembly assembly, DllImportSearchPath? path) =>
        name.Contains("rdkafka", StringComparison.Ordinal) ? Handle.Value : nint.Zero;
}

using System.Reflection;
using System.Runtime.InteropServices;

namespace Analytics.Tests.Kafka;

/// <summary>
/// Where the tests' own calls find librdkafka: beside the binaries when the package brings it, else that of the system. An assembly can have one
/// such rule only; every class of the tests that imports from <see cref="Library"/> calls <see cref="Prepare"/> in its static constructor.
/// </summary>
internal static class RdKafkaForTests
{
    /// <summary>The library's name in imports.</summary>
    public const string Library = "librdkafka";

    private const string SystemLibrary = "librdkafka.so.1";

    // The package's second file, without Kerberos, for systems that lack what the first one needs.
    private const string PackageLibrary = "centos8-librdkafka";

    static RdKafkaForTests() => NativeLibrary.SetDllImportResolver(typeof(RdKafkaForTests).Assembly, Resolve);

    /// <summary>Has the effect of the static constructor.</summary>
    public static void Prepare()
    {
    }

    private static nint Resolve(string name, Assembly assembly, DllImportSearchPath? path)
    {
        if (name != Library)
        {
            return 0;
        }

        return NativeLibrary.TryLoad(name, assembly, path, out var handle)
            || NativeLibrary.TryLoad(SystemLibrary, out handle)
            || NativeLibrary.TryLoad(PackageLibrary, assembly, path, out handle)
            ? handle
            : throw new DllNotFoundException($"There is no {SystemLibrary}: install librdkafka (Debian: apt-get install librdkafka1).");
    }
}

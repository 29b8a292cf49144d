using System.Text;
using Analytics.Silo.Log;

namespace Analytics.Tests.Kafka;

/// <summary>Headers as texts.</summary>
internal static class KafkaHeaderTexts
{
    /// <summary><c>name=value</c> each, in order.</summary>
    public static IReadOnlyList<string> Of(ReadOnlyMemory<byte> headers)
    {
        var texts = new List<string>();
        for (var all = new LogHeaders(headers.Span); all.MoveNext();)
        {
            texts.Add($"{Encoding.UTF8.GetString(all.Name)}={(all.IsNull ? "none" : Encoding.UTF8.GetString(all.Value))}");
        }

        return texts;
    }
}

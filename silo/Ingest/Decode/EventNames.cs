using System.Buffers;
using System.Text;
using System.Text.Unicode;
using Analytics.GrainInterfaces.Names;

namespace Analytics.Silo.Ingest.Decode;

/// <summary>
/// Checks of the two names that address a metric, with the words for each way they can be wrong. Cold: known names are not checked again.
/// </summary>
internal static class EventNames
{
    private const int QuotedBytesMax = 80;

    /// <summary><see langword="null"/> when both names are valid, else what is wrong with the first invalid one.</summary>
    public static InputError? Check(ReadOnlySpan<byte> project, ReadOnlySpan<byte> metric)
    {
        if (!ProjectName.IsWellFormed(project))
        {
            return new InputError(
                InputErrorCodes.ProjectInvalid,
                $"{Quote(project)} is not a project name: 1-{ProjectName.BytesMax} characters of a-z, 0-9 and _, the first one a letter.");
        }

        if (ProjectName.IsReserved(Encoding.UTF8.GetString(project)))
        {
            return new InputError(
                InputErrorCodes.ProjectReserved, $"The project name {Quote(project)} is kept for the system; choose another one.");
        }

        return FieldName.IsValid(metric)
            ? null
            : new InputError(
                InputErrorCodes.MetricInvalid,
                $"{Quote(metric)} is not a metric name: 1-{FieldName.BytesMax} bytes of UTF-8 without control characters; it has {metric.Length}.");
    }

    /// <summary>A name as UTF-8. Half of a surrogate pair becomes bytes that are not UTF-8, which the checks refuse.</summary>
    public static byte[] ToUtf8(string text)
    {
        var bytes = new byte[Encoding.UTF8.GetMaxByteCount(text.Length)];
        var status = Utf8.FromUtf16(text, bytes, out _, out var written, replaceInvalidSequences: false);
        return status == OperationStatus.Done ? bytes[..written] : [0xFF];
    }

    /// <summary>A name or value for an error message: quoted, invalid UTF-8 and control characters made visible, cut when long.</summary>
    public static string Quote(ReadOnlySpan<byte> text)
    {
        var cut = text.Length > QuotedBytesMax;
        var shown = Encoding.UTF8.GetString(cut ? text[..QuotedBytesMax] : text);
        var quoted = new StringBuilder("'");
        foreach (var c in shown)
        {
            _ = char.IsControl(c) ? quoted.Append(System.Globalization.CultureInfo.InvariantCulture, $"\\u{(int)c:x4}") : quoted.Append(c);
        }

        return quoted.Append(cut ? "…'" : "'").ToString();
    }
}

using System.Text.RegularExpressions;

namespace Analytics.Tests.Deploy;

/// <summary>Whether an image's name says which one it is, today and in a year.</summary>
internal static partial class PinnedImage
{
    /// <summary>A tag with a version of two numbers or more, or a dated release.</summary>
    public static bool IsPinned(string image) => Pinned().IsMatch(image);

    [GeneratedRegex(@"^[a-z0-9./-]+:(v?\d+\.\d+(\.\d+)*(-[a-z0-9-]+)?|RELEASE\.\d{4}-\d{2}-\d{2}T[\dZ-]+)$")]
    private static partial Regex Pinned();
}

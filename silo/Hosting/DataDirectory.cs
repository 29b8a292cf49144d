namespace Analytics.Silo.Hosting;

/// <summary>The folder that log and engine keep their files in.</summary>
internal static class DataDirectory
{
    private const string ProbeName = "writable.probe";

    /// <summary>
    /// Makes the folder if need be, and makes sure that files can be made in it, before log and engine find out one by one, each in words of its
    /// own. The probe has no content: a silo starts on a full disk too, and shows what it has.
    /// </summary>
    /// <exception cref="IOException">They cannot; the message names the folder and the reason.</exception>
    public static void EnsureWritable(string path)
    {
        try
        {
            Directory.CreateDirectory(path);
            var probe = Path.Combine(path, ProbeName);
            File.WriteAllBytes(probe, []);
            File.Delete(probe);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new IOException($"The data directory {Path.GetFullPath(path)} cannot be written: {e.Message}", e);
        }
    }
}

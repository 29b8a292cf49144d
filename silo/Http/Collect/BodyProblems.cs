using Analytics.Silo.Http.Answers;

namespace Analytics.Silo.Http.Collect;

/// <summary>Problems of bodies that several steps have.</summary>
internal static class BodyProblems
{
    /// <summary>429: the memory for bodies is used up for now.</summary>
    public static Problem TooManyBodies(BodyMemory memory, int retryAfterSeconds) => new(
        StatusCodes.Status429TooManyRequests,
        ProblemCodes.TooManyBodies,
        $"Requests with {memory.Bytes} bytes are being worked on; there may be {memory.BytesMax} (Analytics:Http:BodiesBytesMax). Nothing of this one was taken; send it again.")
    {
        RetryAfterSeconds = retryAfterSeconds,
    };
}

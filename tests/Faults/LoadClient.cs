using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text.Json;

namespace Analytics.Tests.Faults;

/// <summary>
/// A client as it should be: sends one body after the other, and each of them again, with the same ids, until it is answered.
/// </summary>
internal sealed class LoadClient(HttpClient http, BodyMaker bodies, Promises promises, LoadCounters counters)
{
    // About a thousand events a second and client: enough that every moment has some under way, few enough to compare them all one by one.
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(8);

    /// <summary>Sends until told to stop; the body under way is delivered first.</summary>
    /// <param name="stopping">Ends after the current body.</param>
    /// <param name="abandoning">Ends at once, delivered or not.</param>
    /// <exception cref="InvalidOperationException">The silo answered what it never should.</exception>
    public async Task RunAsync(CancellationToken stopping, CancellationToken abandoning)
    {
        using var pace = new PeriodicTimer(Pace);
        while (!stopping.IsCancellationRequested)
        {
            var body = bodies.Next();
            var unclear = 0;
            while (!await TrySendAsync(body, arrived => unclear += arrived ? 1 : 0, abandoning))
            {
                await pace.WaitForNextTickAsync(abandoning);
            }

            promises.Add(body, unclear);
            counters.Delivered();
            await pace.WaitForNextTickAsync(abandoning);
        }
    }

    /// <summary>Sends a body once.</summary>
    /// <param name="body">The body.</param>
    /// <param name="failed">Told of a sending without an answer that settles it: whether it may have arrived.</param>
    /// <param name="abandoning">Gives up.</param>
    /// <returns>Whether it was answered.</returns>
    private async Task<bool> TrySendAsync(LoadBody body, Action<bool> failed, CancellationToken abandoning)
    {
        try
        {
            using var content = new ByteArrayContent(body.Bytes);
            content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
            if (body.IsGzip)
            {
                content.Headers.ContentEncoding.Add("gzip");
            }

            using var response = await http.PostAsync(new Uri(body.Path, UriKind.Relative), content, abandoning);
            var text = await response.Content.ReadAsStringAsync(abandoning);
            if (response.StatusCode is HttpStatusCode.ServiceUnavailable or HttpStatusCode.TooManyRequests)
            {
                // What it held may be in the log all the same, in part or as a whole: the answer says so.
                counters.Refused(response);
                failed(true);
                return false;
            }

            Verify(body, response.StatusCode, text);
            return true;
        }
        catch (HttpRequestException e)
        {
            counters.Unanswered();
            failed(e.HttpRequestError != HttpRequestError.ConnectionError);
            return false;
        }
        catch (Exception e) when (!abandoning.IsCancellationRequested && e is IOException or SocketException or OperationCanceledException)
        {
            counters.Unanswered();
            failed(true);
            return false;
        }
    }

    // 400 is the answer to a body of which nothing could be read; its inputs are dead letters too.
    private static void Verify(LoadBody body, HttpStatusCode status, string text)
    {
        var isExpected = status == HttpStatusCode.Accepted || (status == HttpStatusCode.BadRequest && body.Events.Count == 0);
        if (isExpected)
        {
            var answer = JsonDocument.Parse(text).RootElement;
            isExpected = answer.GetProperty("accepted").GetInt32() == body.Events.Count && answer.GetProperty("rejected").GetInt32() == body.Broken.Count;
        }

        if (!isExpected)
        {
            throw new InvalidOperationException(
                $"{(int)status} {text} is no answer to a body of {body.Events.Count} good events and {body.Broken.Count} broken inputs.");
        }
    }
}

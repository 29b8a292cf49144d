using System.Globalization;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;

namespace Analytics.Grains.Alerts.Delivery;

/// <summary>What is posted to a webhook: a change as JSON, with headers that name the delivery and prove who sent it.</summary>
internal static class WebhookRequest
{
    /// <summary>Names the delivery: a receiver that has seen it before has to do nothing.</summary>
    public const string DeliveryHeader = "X-Analytics-Delivery";

    /// <summary>When it was sent, seconds since 1970: an old one is somebody else's repeat.</summary>
    public const string TimestampHeader = "X-Analytics-Timestamp";

    /// <summary><c>sha256=</c> and the HMAC-SHA256, by the secret, of the timestamp, a dot and the body, in hexadecimal digits.</summary>
    public const string SignatureHeader = "X-Analytics-Signature";

    /// <summary>Makes one.</summary>
    /// <param name="message">What is told to whom.</param>
    /// <param name="now">The time it is sent.</param>
    public static HttpRequestMessage Of(AlertMessage message, DateTimeOffset now)
    {
        var body = AlertJson.Bytes(message.Record, AlertJson.WriteChange);
        var request = new HttpRequestMessage(HttpMethod.Post, message.Webhook) { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        var timestamp = now.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        request.Headers.Add(DeliveryHeader, message.Record.Id);
        request.Headers.Add(TimestampHeader, timestamp);
        if (message.Secret is { Length: > 0 } secret)
        {
            byte[] signed = [.. Encoding.ASCII.GetBytes(timestamp + "."), .. body];
            request.Headers.Add(SignatureHeader, "sha256=" + Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), signed)));
        }

        return request;
    }
}

using System.Globalization;
using System.Text;

namespace Analytics.Grains.ClickHouse.Http;

/// <summary>A statement and its parameters as <c>multipart/form-data</c>: for parameters that are too long for a URL.</summary>
internal static class ParameterForm
{
    /// <summary>Bytes of one field at most: ClickHouse's <c>http_max_field_value_size</c>, counted before a request is let in, so no account can raise it.</summary>
    public const int FieldBytesMax = 128 * 1024;

    // Checked against what is sent; a text that holds it by accident makes another one.
    private const string BoundaryStart = "analytics-statement-";

    /// <summary>Writes the form.</summary>
    /// <param name="sql">The statement.</param>
    /// <param name="parameters">Values by name.</param>
    /// <param name="contentType">The header that goes with it.</param>
    /// <exception cref="ClickHouseException">A value is too long.</exception>
    public static byte[] Write(string sql, IReadOnlyDictionary<string, string> parameters, out string contentType)
    {
        var fields = parameters.Select(parameter => KeyValuePair.Create("param_" + parameter.Key, parameter.Value)).Prepend(KeyValuePair.Create("query", sql)).ToList();
        foreach (var (name, value) in fields)
        {
            if (Encoding.UTF8.GetByteCount(value) is var bytes && bytes > FieldBytesMax)
            {
                throw new ClickHouseException(
                    0, string.Create(CultureInfo.InvariantCulture, $"'{name}' has {bytes} bytes; a statement with parameters and each of its values may have {FieldBytesMax} at most."));
            }
        }

        var boundary = BoundaryOf(fields);
        var form = new StringBuilder();
        foreach (var (name, value) in fields)
        {
            form.Append("--").Append(boundary).Append("\r\nContent-Disposition: form-data; name=\"").Append(name).Append("\"\r\n\r\n").Append(value).Append("\r\n");
        }

        contentType = $"multipart/form-data; boundary={boundary}";
        return Encoding.UTF8.GetBytes(form.Append("--").Append(boundary).Append("--\r\n").ToString());
    }

    private static string BoundaryOf(List<KeyValuePair<string, string>> fields)
    {
        for (var i = 0; ; i++)
        {
            var boundary = BoundaryStart + i.ToString(CultureInfo.InvariantCulture);
            if (!fields.Exists(field => field.Value.Contains(boundary, StringComparison.Ordinal)))
            {
                return boundary;
            }
        }
    }
}

using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Analytics.Silo.Http.Answers;

/// <summary>Reads parameters of the query string; a wrong one is a problem that names parameter, value and range.</summary>
internal static class QueryParameter
{
    /// <summary>Reads a whole number.</summary>
    /// <param name="context">The request.</param>
    /// <param name="name">The parameter.</param>
    /// <param name="min">Smallest allowed value.</param>
    /// <param name="max">Largest allowed value.</param>
    /// <param name="value">In: the default, taken when the parameter is absent. Out: the value.</param>
    /// <param name="problem">What is wrong.</param>
    public static bool TryRead(
        HttpContext context, string name, int min, int max, ref int value, [NotNullWhen(false)] out Problem? problem)
    {
        problem = null;
        var texts = context.Request.Query[name];
        if (texts.Count == 0)
        {
            return true;
        }

        if (texts.Count == 1
            && int.TryParse(texts[0], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
            && number >= min
            && number <= max)
        {
            value = number;
            return true;
        }

        var allowed = string.Create(CultureInfo.InvariantCulture, $"a whole number from {min:N0} to {max:N0}, once");
        problem = Wrong(name, texts.ToString(), allowed);
        return false;
    }

    /// <summary>Refuses parameters that the route does not have: a typo must not be silent.</summary>
    public static bool TryReadNoOthers(HttpContext context, ReadOnlySpan<string> names, [NotNullWhen(false)] out Problem? problem)
    {
        problem = null;
        foreach (var (name, value) in context.Request.Query)
        {
            if (!names.Contains(name, StringComparer.OrdinalIgnoreCase))
            {
                var allowed = names.IsEmpty ? "no parameters here" : $"one of {string.Join(", ", names!)}";
                problem = Wrong(name, value.ToString(), allowed);
                return false;
            }
        }

        return true;
    }

    /// <summary>The problem of a parameter.</summary>
    public static Problem Wrong(string name, string value, string allowed) =>
        new(StatusCodes.Status400BadRequest, ProblemCodes.ParameterInvalid, $"Parameter {name} = '{value}': allowed is {allowed}.");
}

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

    /// <summary>Reads a value that is absent, or there once.</summary>
    /// <param name="context">The request.</param>
    /// <param name="name">The parameter.</param>
    /// <param name="allowed">What it may be, for the problem.</param>
    /// <param name="read">Takes its text.</param>
    /// <param name="value">The value; the type's default when the parameter is absent.</param>
    /// <param name="problem">What is wrong.</param>
    public static bool TryRead<T>(
        HttpContext context, string name, string allowed, Func<string, (bool IsValid, T Value)> read, out T? value, [NotNullWhen(false)] out Problem? problem)
    {
        var texts = context.Request.Query[name];
        value = default;
        problem = null;
        if (texts.Count == 0)
        {
            return true;
        }

        if (texts.Count == 1)
        {
            (var isValid, value) = read(texts[0] ?? string.Empty);
            if (isValid)
            {
                return true;
            }
        }

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

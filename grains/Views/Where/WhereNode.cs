namespace Analytics.Grains.Views.Where;

/// <summary>A condition on a row. Every condition is true or false: a comparison with a value that a row does not have is false, and its NOT is true.</summary>
internal abstract record WhereNode;

/// <summary>All of them.</summary>
internal sealed record WhereAll(IReadOnlyList<WhereNode> Nodes) : WhereNode;

/// <summary>One of them at least.</summary>
internal sealed record WhereAny(IReadOnlyList<WhereNode> Nodes) : WhereNode;

/// <summary>The contrary.</summary>
internal sealed record WhereNot(WhereNode Node) : WhereNode;

/// <summary>A field's value beside a literal.</summary>
internal sealed record WhereCompare(string Field, WhereOperator Operator, WhereLiteral Literal) : WhereNode;

/// <summary>A field's value is one of some.</summary>
internal sealed record WhereIn(string Field, IReadOnlyList<WhereLiteral> Literals) : WhereNode;

/// <summary>A row has no value of the field.</summary>
internal sealed record WhereMissing(string Field) : WhereNode;

using Analytics.GrainInterfaces;

namespace Analytics.Silo.Http.Read;

/// <summary>The actors that HTTP asks: where they run and how they are reached is not HTTP's business.</summary>
internal interface IActors
{
    /// <summary>The actor that knows all projects.</summary>
    ICatalogGrain Catalog { get; }

    /// <summary>The actor of a project, known or not.</summary>
    IProjectGrain Project(string project);

    /// <summary>The actor of a metric, known or not.</summary>
    IMetricGrain Metric(string project, string metric);
}

namespace Orleans.Placement;

/// <summary>Where activations are placed. One process: no effect.</summary>
[AttributeUsage(AttributeTargets.Class, AllowMultiple = false)]
public abstract class PlacementAttribute : Attribute;

/// <summary>Spreads by key.</summary>
public sealed class HashBasedPlacementAttribute : PlacementAttribute;

/// <summary>Spreads at random.</summary>
public sealed class RandomPlacementAttribute : PlacementAttribute;

/// <summary>Stays where the call comes from.</summary>
public sealed class PreferLocalPlacementAttribute : PlacementAttribute;

namespace Analytics.Silo.Http.Answers;

/// <summary>Whether a failure says that an actor cannot be reached at the moment.</summary>
internal delegate bool IsActorAway(Exception exception);

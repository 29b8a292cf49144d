namespace Orleans
{
    /// <summary>Something that starts and stops in stages.</summary>
    public interface ILifecycleObservable
    {
        /// <summary>Takes part in a stage. Lower stages start earlier and stop later.</summary>
        /// <param name="observerName">For logs.</param>
        /// <param name="stage">See <see cref="ServiceLifecycleStage"/>.</param>
        /// <param name="observer">Called when the stage starts and stops.</param>
        /// <returns>Ends the part when disposed.</returns>
        IDisposable Subscribe(string observerName, int stage, ILifecycleObserver observer);
    }

    /// <summary>Takes part in a stage.</summary>
    public interface ILifecycleObserver
    {
        /// <summary>Called when the stage starts; an exception fails the start.</summary>
        Task OnStart(CancellationToken cancellationToken = default);

        /// <summary>Called when the stage stops; an exception is logged.</summary>
        Task OnStop(CancellationToken cancellationToken = default);
    }

    /// <summary>A service that subscribes to a lifecycle before it starts.</summary>
    public interface ILifecycleParticipant<TLifecycleObservable>
        where TLifecycleObservable : ILifecycleObservable
    {
        /// <summary>Subscribes.</summary>
        void Participate(TLifecycleObservable lifecycle);
    }

    /// <summary>The stages of a silo.</summary>
    public static class ServiceLifecycleStage
    {
        /// <summary>Before all others.</summary>
        public const int First = int.MinValue;

        /// <summary>The runtime.</summary>
        public const int RuntimeInitialize = 2000;

        /// <summary>Services of the runtime.</summary>
        public const int RuntimeServices = 4000;

        /// <summary>Storage providers.</summary>
        public const int RuntimeStorageServices = 6000;

        /// <summary>Grain services.</summary>
        public const int RuntimeGrainServices = 8000;

        /// <summary>Services of the application; stream providers initialize.</summary>
        public const int ApplicationServices = 10000;

        /// <summary>When this stage stops, all activations are ended.</summary>
        public const int GrainDeactivation = 19998;

        /// <summary>The silo takes calls.</summary>
        public const int BecomeActive = 19999;

        /// <summary>The silo runs; pulling agents start here and stop first.</summary>
        public const int Active = 20000;

        /// <summary>After all others.</summary>
        public const int Last = int.MaxValue;
    }
}

namespace Orleans.Runtime
{
    /// <summary>The stages of this process's silo.</summary>
    public interface ISiloLifecycle : ILifecycleObservable
    {
        /// <summary>The highest stage that has started.</summary>
        int HighestCompletedStage { get; }

        /// <summary>The lowest stage that has stopped.</summary>
        int LowestStoppedStage { get; }
    }
}

using Analytics.Silo.Log.File;

namespace Analytics.Tests.Log;

/// <summary>
/// A disk in memory whose power fails after a number of calls that change something. New names survive in the order they were made, up to
/// a random one of those whose folder was not fsynced; contents as in <see cref="SimulatedFile"/>. Fsyncs fail now and then.
/// </summary>
internal sealed class SimulatedDisk(Random random, int callsUntilFailure, double failingSyncs) : ILogDisk
{
    private readonly Lock _gate = new();
    private readonly List<(string Directory, Action<Dictionary<string, SimulatedFile>> Apply)> _unsyncedNames = [];
    private readonly HashSet<string> _directories = [];
    private Dictionary<string, SimulatedFile> _names = [];
    private Dictionary<string, SimulatedFile> _durableNames = [];
    private int _callsLeft = callsUntilFailure;

    /// <summary>No fsync fails; for looking at what survived.</summary>
    public bool HoldStill { get; set; }

    public bool IsDead
    {
        get
        {
            lock (_gate)
            {
                return _callsLeft <= 0;
            }
        }
    }

    /// <summary>The disk after a crash: of the power, or of the process only.</summary>
    public SimulatedDisk Restart(bool powerFailure, int nextCallsUntilFailure)
    {
        lock (_gate)
        {
            _callsLeft = 0;
            var next = new SimulatedDisk(random, nextCallsUntilFailure, failingSyncs);
            next._directories.UnionWith(_directories);
            if (!powerFailure)
            {
                // The system lives on with all it has cached; a later power failure may still take it.
                next.Take(_names, _durableNames, _unsyncedNames);
                return next;
            }

            foreach (var (_, apply) in _unsyncedNames.Take(random.Next(_unsyncedNames.Count + 1)))
            {
                apply(_durableNames);
            }

            var survivors = _durableNames.ToDictionary(n => n.Key, n => n.Value.AfterPowerFailure(random));
            next.Take(survivors, survivors, []);
            return next;
        }
    }

    public void CreateDirectory(string path) => Change(() => _directories.Add(path));

    public bool Exists(string path) => Look(() => _names.ContainsKey(path) || _directories.Contains(path));

    public IReadOnlyList<DiskFile> ListFiles(string directory) => Look(() => _names
        .Where(n => Path.GetDirectoryName(n.Key) == directory)
        .Select(n => new DiskFile(Path.GetFileName(n.Key), n.Value.LengthBytes))
        .ToList());

    public ILogFile Create(string path)
    {
        var file = new SimulatedFile();
        ChangeNames(path, names => names[path] = file);
        return new Handle(this, file);
    }

    public ILogFile OpenWrite(string path) => OpenRead(path);

    public ILogFile OpenRead(string path) =>
        new Handle(this, Look(() => _names.TryGetValue(path, out var file) ? file : throw new FileNotFoundException("no such file", path)));

    public void Rename(string from, string to)
    {
        ChangeNames(to, names =>
        {
            if (names.Remove(from, out var file))
            {
                names[to] = file;
            }
        });
    }

    public void Delete(string path) => ChangeNames(path, names => names.Remove(path));

    public void SyncDirectory(string path)
    {
        Change(() =>
        {
            foreach (var (_, apply) in _unsyncedNames.Where(n => n.Directory == path))
            {
                apply(_durableNames);
            }

            _unsyncedNames.RemoveAll(n => n.Directory == path);
        });
    }

    public IDisposable? TryLock(string path) => new MemoryStream();

    private void Take(
        Dictionary<string, SimulatedFile> names,
        Dictionary<string, SimulatedFile> durableNames,
        List<(string Directory, Action<Dictionary<string, SimulatedFile>> Apply)> unsyncedNames)
    {
        _names = new Dictionary<string, SimulatedFile>(names);
        _durableNames = new Dictionary<string, SimulatedFile>(durableNames);
        _unsyncedNames.AddRange(unsyncedNames);
    }

    private void ChangeNames(string path, Action<Dictionary<string, SimulatedFile>> apply)
    {
        Change(() =>
        {
            apply(_names);
            _unsyncedNames.Add((Path.GetDirectoryName(path)!, apply));
        });
    }

    private void Change(Action change)
    {
        lock (_gate)
        {
            if (_callsLeft <= 0 || --_callsLeft == 0)
            {
                throw new IOException("The power is off.");
            }

            change();
        }
    }

    private T Look<T>(Func<T> look)
    {
        lock (_gate)
        {
            return _callsLeft > 0 ? look() : throw new IOException("The power is off.");
        }
    }

    private sealed class Handle(SimulatedDisk disk, SimulatedFile file) : ILogFile
    {
        public long LengthBytes => disk.Look(() => file.LengthBytes);

        public int Read(Span<byte> target, long position)
        {
            lock (disk._gate)
            {
                return file.Read(target, position);
            }
        }

        public void Write(ReadOnlySpan<byte> source, long position)
        {
            var bytes = source.ToArray();
            disk.Change(() => file.Write(bytes, position));
        }

        public void SetLength(long lengthBytes) => disk.Change(() => file.SetLength(lengthBytes));

        public void Sync()
        {
            disk.Change(() =>
            {
                if (disk.NextFails())
                {
                    file.FailSync(disk.Random);
                    throw new IOException("The disk is ill.");
                }

                file.Sync();
            });
        }

        public void Dispose()
        {
        }
    }

    private Random Random => random;

    private bool NextFails() => !HoldStill && random.NextDouble() < failingSyncs;
}

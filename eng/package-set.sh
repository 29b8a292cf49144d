# Sourced by ./run and ./test: decides between the package sets and exports what the project files read.
#   PACKAGE_SET=full|partial forces a set; UseOrleansPackages, UseLibrdkafkaRedist and UseReadyToRun (true|false) each win over the set.
# Without PACKAGE_SET the full set is tried first; the answer is kept in artifacts/package-set (delete it to ask again).

probe_packages() {
  dotnet restore eng/probe/Probe.csproj -p:Probe="$1" -p:PackageSet=full --force --verbosity quiet >/dev/null 2>&1
}

choose_package_set() {
  case "${PACKAGE_SET:-}" in
    full|partial) export PACKAGE_SET; return ;;
    "") ;;
    *) echo "PACKAGE_SET is '$PACKAGE_SET'; it can be full or partial." >&2; exit 1 ;;
  esac

  local kept=artifacts/package-set
  if [ "$(wc -w 2>/dev/null <"$kept")" != 3 ]; then
    mkdir -p artifacts
    local orleans=false librdkafka=false readytorun=false
    if probe_packages orleans; then orleans=true; fi
    if probe_packages librdkafka; then librdkafka=true; fi
    if [ "$orleans" = true ] && probe_packages readytorun; then readytorun=true; fi
    echo "$orleans $librdkafka $readytorun" >"$kept"
    [ "$orleans" = true ] || echo "NuGet has no complete Microsoft.Orleans.* here: building on orleans-embedded/ (package set partial)." >&2
  fi

  local orleans librdkafka readytorun
  read -r orleans librdkafka readytorun <"$kept"
  export UseOrleansPackages="${UseOrleansPackages:-$orleans}" UseLibrdkafkaRedist="${UseLibrdkafkaRedist:-$librdkafka}" UseReadyToRun="${UseReadyToRun:-$readytorun}"
  if [ "$orleans" = true ]; then export PACKAGE_SET=full; else export PACKAGE_SET=partial; fi
}

choose_package_set

# Where the project files put binaries: see OrleansFlavour in Directory.Build.props.
flavour=embedded
if [ "${UseOrleansPackages:-}" = true ] || { [ -z "${UseOrleansPackages:-}" ] && [ "$PACKAGE_SET" = full ]; }; then flavour=orleans; fi

# Whether librdkafka comes from NuGet: see UseLibrdkafkaRedist in Directory.Build.props.
redist=false
if [ "${UseLibrdkafkaRedist:-}" = true ] || { [ -z "${UseLibrdkafkaRedist:-}" ] && [ "$PACKAGE_SET" = full ]; }; then redist=true; fi

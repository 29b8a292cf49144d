# Sourced by ./run and ./test: a machine without the SDK gets one clear sentence.
if ! command -v dotnet >/dev/null 2>&1; then
  echo "dotnet is not installed: install the .NET SDK 10 and run again." >&2
  exit 1
fi
if ! dotnet --list-sdks | grep -q '^10\.'; then
  echo "This needs the .NET SDK 10; installed is: $(dotnet --version 2>/dev/null || echo none)." >&2
  exit 1
fi
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 DOTNET_SKIP_FIRST_TIME_EXPERIENCE=1

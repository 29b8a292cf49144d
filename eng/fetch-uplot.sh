#!/bin/sh
# Puts the charts of the dashboard (npm's uplot, MIT) into the user's cache and prints the path of their folder as the last line. The build copies what
# it needs from there; see silo/Analytics.Silo.csproj.
exec "$(dirname "$0")/fetch-npm.sh" uplot 1.6.32 dist

#!/bin/sh
# A log verifies fifty times and more while its writer appends and publishes as fast as it can.
# usage: verify_while_writing.sh WRITER VERIFIER...
set -eu
writer=$1
shift
work=$(mktemp -d)
"$writer" "$work" 1000000000 37 > "$work/vkey" &
pid=$!
trap 'kill "$pid" 2>/dev/null || true; wait "$pid" 2>/dev/null || true; rm -rf "$work"' EXIT
tries=0
until [ -s "$work/vkey" ] && [ -e "$work/root/log/checkpoint" ]; do
  tries=$((tries + 1))
  [ "$tries" -lt 600 ] || { echo "the writer did not begin within a minute"; exit 1; }
  sleep 0.1
done
size() { sed -n 2p "$work/root/log/checkpoint"; }
before=$(size)
i=0
while [ "$i" -lt 50 ] || { [ "$i" -lt 5000 ] && [ "$(size)" -le $((before + 700)) ]; }; do
  i=$((i + 1))
  remember=
  [ $((i % 2)) = 0 ] || remember="--remember $work/verified"
  # shellcheck disable=SC2086
  "$@" "$work/root/log" --key "$(cat "$work/vkey")" $remember > "$work/said" || {
    cat "$work/said"
    exit 1
  }
done
kill -0 "$pid" || { echo "the writer ended too early"; exit 1; }
[ "$(size)" -gt $((before + 700)) ] || { echo "the writer wrote nothing meanwhile"; exit 1; }
grep -q "tallystick-verified/v1" "$work/verified"

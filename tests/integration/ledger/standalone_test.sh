#!/bin/sh
# tallystick-verify needs no other file than itself and the log, and says what `tallystick verify` says.
# usage: standalone_test.sh WRITER TALLYSTICK TALLYSTICK-VERIFY
set -eu
writer=$1 tallystick=$2 verifier=$3
if readelf -d "$verifier" | grep NEEDED || readelf -l "$verifier" | grep INTERP; then
  echo "it is not linked statically"
  exit 1
fi
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir "$work/box" "$work/written"
vkey=$("$writer" "$work/written" 700)
mv "$work/written/root/log" "$work/box/log"
cp "$verifier" "$work/box/verifier"
as_root=
[ "$(id -u)" = 0 ] || as_root="unshare --map-root-user"

# both EXIT-CODE ARGUMENT...: in an empty root folder without environment, and by tallystick: the same code and words.
both() {
  expected=$1
  shift
  code=0
  $as_root env -i /usr/sbin/chroot "$work/box" /verifier "$@" > "$work/alone" 2>&1 || code=$?
  [ "$code" = "$expected" ] || { cat "$work/alone"; echo "verifier $*: exit code $code, expected $expected"; exit 1; }
  code=0
  (cd "$work/box" && "$tallystick" verify "$@") > "$work/with" 2>&1 || code=$?
  [ "$code" = "$expected" ] || { cat "$work/with"; echo "tallystick verify $*: exit code $code"; exit 1; }
  sed 's/tallystick verify/tallystick-verify/g' "$work/with" | diff - "$work/alone"
}

cp "$work/box/log/checkpoint" "$work/box/seen"
both 0 log --key "$vkey"
both 0 log --key="$vkey" --seen seen
grep -q "The log verifies: audit.example.com/hostA" "$work/alone"
both 0 --help
both 2 log
both 2 --key "$vkey"
both 2 log --key nonsense
both 2 log --key "$vkey" --sene seen
both 2 nowhere --key "$vkey"
both 2 log --key "$vkey" --seen nowhere
printf '\001' | dd of="$work/box/log/tile/entries/001" bs=1 seek=100 conv=notrunc 2>/dev/null
both 4 log --key "$vkey"
grep -q "First bad entry: 2[0-9][0-9]" "$work/alone"

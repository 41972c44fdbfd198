#!/bin/sh
# Go's sumdb/note and sumdb/tlog accept logs that we wrote, refuse a small one with any single change, and agree with our
# verifier about logs that break one rule each by their own keys.
# usage: verify_with_go.sh WRITER SOURCE-FOLDER VERIFIER...
set -eu
writer=$1 source=$2
shift 2
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export GO111MODULE=off GOPATH=/usr/share/gocode GOFLAGS= GOCACHE="$work/cache" GOTOOLCHAIN=local
go build -o "$work/verify" "$source"/*.go

for size in 1 255 256 257 700; do
  mkdir "$work/$size"
  vkey=$("$writer" "$work/$size" "$size")
  log="$work/$size/root/log"
  "$work/verify" "$log" "$vkey"
done
# A log of this size has too many bytes for every change: some of them, other ones each time.
"$work/verify" "$log" "$vkey" 9001 $(($$ % 9001))

# with_epochs ENTRIES STEP EPOCHS: its newest checkpoint is the end of an epoch, or is of the last one, which stays open.
with_epochs() {
  mkdir "$work/$1-$3"
  "$writer" "$work/$1-$3" "$@" > "$work/keys"
  { read -r vkey; read -r root; read -r witness; } < "$work/keys"
  log="$work/$1-$3/root/log"
  printf 'witness w %s\nquorum w\n' "$witness" > "$work/policy"
}
# The log of the vectors, which Python made.
/usr/bin/python3 -B "$source/../../vectors/ledger/epochs.py" --log "$work/vectors" > "$work/keys"
{ read -r vkey; read -r root; } < "$work/keys"
"$work/verify" -root "$root" "$work/vectors" "$vkey"

for epochs in 2 9; do
  for entries in 700 5; do
    with_epochs $entries $((entries / 4 + 1)) $epochs
    "$work/verify" -root "$root" -witness "$witness" "$log" "$vkey"
    "$@" "$log" --key "$vkey" --root "$root" --policy "$work/policy" > "$work/said" || { cat "$work/said"; exit 1; }
  done
done
"$work/verify" -root "$root" -witness "$witness" "$log" "$vkey" 1 0

# Both judge each forged log as its maker says. Exit code 4 is ours for a log that does not verify.
"$work/verify" forge "$work/forged"
count=0
for forged in "$work"/forged/*; do
  go=0 our=0 expected=0 our_expected=0
  [ -e "$forged/good" ] || expected=1 our_expected=4
  (
    set --
    for option in root witness; do
      [ ! -e "$forged/$option" ] || set -- "$@" -$option "$(cat "$forged/$option")"
    done
    [ ! -e "$forged/seen" ] || set -- "$@" -seen "$forged/seen"
    "$work/verify" "$@" "$forged/log" "$(cat "$forged/key")"
  ) > "$work/said" 2>&1 || go=$?
  (
    set -- "$@" "$forged/log" --key "$(cat "$forged/key")"
    [ ! -e "$forged/root" ] || set -- "$@" --root "$(cat "$forged/root")"
    [ ! -e "$forged/seen" ] || set -- "$@" --seen "$forged/seen"
    if [ -e "$forged/witness" ]; then
      printf 'witness w %s\nquorum w\n' "$(cat "$forged/witness")" > "$work/policy"
      set -- "$@" --policy "$work/policy"
    fi
    "$@"
  ) > "$work/ours" 2>&1 || our=$?
  if [ "$go $our" != "$expected $our_expected" ]; then
    echo "$(basename "$forged"): exit codes $go and $our, expected $expected and $our_expected"
    cat "$work/said" "$work/ours"
    exit 1
  fi
  count=$((count + 1))
done
echo "$count forged logs, judged alike"

# A pruned log, without epochs and with some whose ends are gone.
for epochs in 0 9; do
  mkdir "$work/pruned-$epochs"
  "$writer" "$work/pruned-$epochs" 1500 200 $epochs 1024 > "$work/keys"
  read -r vkey < "$work/keys"
  log="$work/pruned-$epochs/root/log"
  test ! -e "$log/tile/entries/001"
  "$work/verify" "$log" "$vkey"
  "$@" "$log" --key "$vkey" > "$work/said" || { cat "$work/said"; exit 1; }
  grep -q '^  pruned   768 entries of 256 to 1023' "$work/said" || { cat "$work/said"; exit 1; }
  seals=epoch/001
  [ $epochs != 0 ] || seals=
  for file in tile/entries/000 tile/entries/004 tile/0/001 pruned $seals; do # what may not be gone
    mv "$log/$file" "$work/kept"
    if "$work/verify" "$log" "$vkey" 2> /dev/null || "$@" "$log" --key "$vkey" > /dev/null 2>&1; then
      echo "accepted without $file"
      exit 1
    fi
    mv "$work/kept" "$log/$file"
  done
  cp "$log/tile/0/001" "$work/kept"
  python3 -c 'import sys
p = sys.argv[1]; b = bytearray(open(p, "rb").read()); b[4000] ^= 1; open(p, "wb").write(b)' "$log/tile/0/001"
  if "$work/verify" "$log" "$vkey" 2> /dev/null || "$@" "$log" --key "$vkey" > /dev/null 2>&1; then
    echo "accepted with a bit flipped in the hashes of what is gone"
    exit 1
  fi
  cp "$work/kept" "$log/tile/0/001"
done

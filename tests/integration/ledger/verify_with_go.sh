#!/bin/sh
# Go's sumdb/note and sumdb/tlog accept a log that we wrote, and refuse it with one bit flipped in any kind of file.
# usage: verify_with_go.sh WRITER SOURCE-FOLDER
set -eu
writer=$1 source=$2
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export GO111MODULE=off GOPATH=/usr/share/gocode GOFLAGS= GOCACHE="$work/cache" GOTOOLCHAIN=local
go build -o "$work/verify" "$source/verify_log.go" "$source/changes.go"

flip() { # flip FILE: one bit of its middle byte
  python3 -c 'import sys
p = sys.argv[1]; b = bytearray(open(p, "rb").read()); b[len(b) // 2] ^= 1; open(p, "wb").write(b)' "$1"
}

for size in 1 255 256 257 700; do
  mkdir "$work/$size"
  vkey=$("$writer" "$work/$size" "$size")
  log="$work/$size/root/log"
  "$work/verify" "$log" "$vkey"
done
for file in checkpoint tile/entries/001 tile/0/002.p/188 tile/1/000.p/2; do
  flip "$log/$file"
  if "$work/verify" "$log" "$vkey" 2>/dev/null; then
    echo "accepted with a bit flipped in $file"
    exit 1
  fi
  flip "$log/$file"
done
"$work/verify" "$log" "$vkey"

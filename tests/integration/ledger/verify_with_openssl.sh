#!/bin/sh
# The signature of a checkpoint, checked with OpenSSL and the shell alone; refused when the text is altered.
# usage: verify_with_openssl.sh WRITER
set -eu
writer=$1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
vkey=$("$writer" "$work" 5)
cd "$work"
sed '/^$/,$d' root/log/checkpoint > body
grep "^— $(head -1 body) " root/log/checkpoint | awk '{print $3}' | base64 -d | tail -c +5 > sig
{
  printf '\060\052\060\005\006\003\053\145\160\003\041\000' # SubjectPublicKeyInfo of Ed25519 (RFC 8410)
  printf '%s\n' "$vkey" | cut -d+ -f3- | base64 -d | tail -c 32
} | openssl pkey -pubin -inform DER -out pk.pem
openssl pkeyutl -verify -pubin -inkey pk.pem -rawin -in body -sigfile sig
sed 's/^5$/6/' body > altered
if openssl pkeyutl -verify -pubin -inkey pk.pem -rawin -in altered -sigfile sig; then
  echo "accepted an altered checkpoint"
  exit 1
fi

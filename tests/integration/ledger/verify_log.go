// A verifier that shares no code with ours: Go's sumdb/note checks the signature, sumdb/tlog computes the tree from the
// bundles and checks the inclusion of every entry from our hash tiles.
//
//	verify_log LOG-FOLDER VKEY
package main

import (
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

func fail(format string, args ...interface{}) {
	fmt.Fprintf(os.Stderr, format+"\n", args...)
	os.Exit(1)
}

// path writes C2SP names; tlog.Tile.Path writes the height into them and "data" for entries.
func path(level string, n, width int64) string {
	name := fmt.Sprintf("%03d", n%1000)
	for n >= 1000 {
		n /= 1000
		name = fmt.Sprintf("x%03d/%s", n%1000, name)
	}
	if width < 256 {
		name += fmt.Sprintf(".p/%d", width)
	}
	return "tile/" + level + "/" + name
}

func read(root, name string) []byte {
	bytes, err := os.ReadFile(filepath.Join(root, name))
	if err != nil {
		fail("%v", err)
	}
	return bytes
}

func entries(root string, size int64) [][]byte {
	var out [][]byte
	for n := int64(0); n*256 < size; n++ {
		width := size - n*256
		if width > 256 {
			width = 256
		}
		bundle := read(root, path("entries", n, width))
		for i := int64(0); i < width; i++ {
			if len(bundle) < 2 || len(bundle) < 2+int(binary.BigEndian.Uint16(bundle)) {
				fail("bundle %d is cut off at %d", n, i)
			}
			length := int(binary.BigEndian.Uint16(bundle))
			out = append(out, bundle[2:2+length])
			bundle = bundle[2+length:]
		}
		if len(bundle) != 0 {
			fail("bundle %d has trailing bytes", n)
		}
	}
	return out
}

// tiles reads our hash tiles for tlog.TileHashReader, which authenticates each against the signed root.
type tiles struct{ root string }

func (t tiles) Height() int { return 8 }
func (t tiles) ReadTiles(wanted []tlog.Tile) ([][]byte, error) {
	var out [][]byte
	for _, tile := range wanted {
		bytes, err := os.ReadFile(filepath.Join(t.root, path(strconv.Itoa(tile.L), tile.N, int64(tile.W))))
		if err != nil {
			return nil, err
		}
		out = append(out, bytes)
	}
	return out, nil
}
func (t tiles) SaveTiles([]tlog.Tile, [][]byte) {}

func main() {
	root, vkey := os.Args[1], os.Args[2]
	verifier, err := note.NewVerifier(vkey)
	if err != nil {
		fail("%v", err)
	}
	signed, err := note.Open(read(root, "checkpoint"), note.VerifierList(verifier))
	if err != nil {
		fail("%v", err)
	}
	lines := strings.Split(signed.Text, "\n")
	size, err := strconv.ParseInt(lines[1], 10, 64)
	if err != nil || lines[0] != verifier.Name() {
		fail("malformed checkpoint")
	}
	want, err := base64.StdEncoding.DecodeString(lines[2])
	if err != nil || len(want) != 32 {
		fail("malformed root")
	}
	var stored []tlog.Hash
	reader := tlog.HashReaderFunc(func(indexes []int64) ([]tlog.Hash, error) {
		var out []tlog.Hash
		for _, i := range indexes {
			out = append(out, stored[i])
		}
		return out, nil
	})
	all := entries(root, size)
	for i, entry := range all {
		hashes, err := tlog.StoredHashes(int64(i), entry, reader)
		if err != nil {
			fail("%v", err)
		}
		stored = append(stored, hashes...)
	}
	got, err := tlog.TreeHash(size, reader)
	if err != nil || string(got[:]) != string(want) {
		fail("the entries have the root %v, signed is %x (%v)", got, want, err)
	}
	fromTiles := tlog.TileHashReader(tlog.Tree{N: size, Hash: got}, tiles{root})
	for i, entry := range all {
		proof, err := tlog.ProveRecord(size, int64(i), fromTiles)
		if err == nil {
			err = tlog.CheckRecord(proof, size, got, int64(i), tlog.RecordHash(entry))
		}
		if err != nil {
			fail("entry %d: %v", i, err)
		}
	}
	fmt.Printf("%d entries verified\n", size)
}

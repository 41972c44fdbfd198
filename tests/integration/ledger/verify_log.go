// A verifier that shares no code with ours: Go's sumdb/note checks the signature, sumdb/tlog computes the tree from the
// bundles, and every file must be what these make it.
//
//	verify_log LOG-FOLDER VKEY                 verifies; also proves the inclusion of every entry from the hash tiles
//	verify_log LOG-FOLDER VKEY replay          verifies without the proofs
//	verify_log LOG-FOLDER VKEY STRIDE FIRST    and must refuse the log with any single change: every STRIDE-th of all
//	                                           flipped bits, cut files and moved records, counted from FIRST
package main

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

// A log is its files by their paths below the folder.
type files map[string][]byte

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

func load(root string) files {
	log := files{}
	err := filepath.WalkDir(root, func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		relative, err := filepath.Rel(root, name)
		if err == nil {
			log[relative], err = os.ReadFile(name)
		}
		return err
	})
	if err != nil {
		fail("%v", err)
	}
	return log
}

// split gives the records of a bundle.
func split(bundle []byte) ([][]byte, error) {
	var out [][]byte
	for len(bundle) != 0 {
		if len(bundle) < 2 || len(bundle) < 2+int(binary.BigEndian.Uint16(bundle)) {
			return nil, fmt.Errorf("a bundle is cut off at %d", len(out))
		}
		length := int(binary.BigEndian.Uint16(bundle))
		out = append(out, bundle[2:2+length])
		bundle = bundle[2+length:]
	}
	return out, nil
}

func entries(log files, size int64) ([][]byte, error) {
	var out [][]byte
	for n := int64(0); n*256 < size; n++ {
		width := size - n*256
		if width > 256 {
			width = 256
		}
		bundle, found := log[path("entries", n, width)]
		if !found {
			return nil, fmt.Errorf("bundle %d is missing", n)
		}
		records, err := split(bundle)
		if err != nil || int64(len(records)) != width {
			return nil, fmt.Errorf("bundle %d: %d entries, %d expected (%v)", n, len(records), width, err)
		}
		out = append(out, records...)
	}
	return out, nil
}

// open gives the signed tree. x/mod decodes base64 laxly: each signature must be spelled as an encoder spells it.
func open(log files, verifier note.Verifier) (tlog.Tree, error) {
	signed, err := note.Open(log["checkpoint"], note.VerifierList(verifier))
	if err != nil {
		return tlog.Tree{}, err
	}
	for _, signature := range append(signed.Sigs, signed.UnverifiedSigs...) {
		if _, err := base64.StdEncoding.Strict().DecodeString(signature.Base64); err != nil {
			return tlog.Tree{}, err
		}
	}
	lines := strings.Split(signed.Text, "\n")
	if len(lines) != 4 || lines[0] != verifier.Name() {
		return tlog.Tree{}, fmt.Errorf("malformed checkpoint")
	}
	size, err := strconv.ParseInt(lines[1], 10, 64)
	if err != nil || strconv.FormatInt(size, 10) != lines[1] {
		return tlog.Tree{}, fmt.Errorf("malformed size")
	}
	root, err := base64.StdEncoding.Strict().DecodeString(lines[2])
	if err != nil || len(root) != tlog.HashSize {
		return tlog.Tree{}, fmt.Errorf("malformed root")
	}
	tree := tlog.Tree{N: size}
	copy(tree.Hash[:], root)
	return tree, nil
}

// stored keeps every hash of the tree, in the order of tlog.StoredHashIndex.
type stored []tlog.Hash

func (s stored) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
	out := make([]tlog.Hash, 0, len(indexes))
	for _, i := range indexes {
		out = append(out, s[i])
	}
	return out, nil
}

// verify checks all files of a log.
func verify(log files, verifier note.Verifier) (tlog.Tree, [][]byte, error) {
	tree, err := open(log, verifier)
	if err != nil {
		return tree, nil, err
	}
	all, err := entries(log, tree.N)
	if err != nil {
		return tree, nil, err
	}
	hashes := make(stored, 0, 2*len(all))
	for i, entry := range all {
		more, err := tlog.StoredHashes(int64(i), entry, hashes)
		if err != nil {
			return tree, nil, err
		}
		hashes = append(hashes, more...)
	}
	root, err := tlog.TreeHash(tree.N, hashes)
	if err != nil || root != tree.Hash {
		return tree, nil, fmt.Errorf("the entries have the root %v, signed is %v (%v)", root, tree.Hash, err)
	}
	return tree, all, checkFiles(log, tree.N, hashes)
}

// checkFiles: every hash tile is there and right, and beside tiles, bundles and the checkpoint there are only partial
// ones of smaller trees, which must be beginnings of theirs.
func checkFiles(log files, size int64, hashes stored) error {
	grown := map[string]string{"checkpoint": "checkpoint"} // the name without its width, and with that of this tree
	for level := 0; size>>(8*level) > 0; level++ {
		for n, total := int64(0), size>>(8*level); n*256 < total; n++ {
			width := total - n*256
			if width > 256 {
				width = 256
			}
			name := path(strconv.Itoa(level), n, width)
			want, err := tlog.ReadTileData(tlog.Tile{H: 8, L: level, N: n, W: int(width)}, hashes)
			if err != nil || !bytes.Equal(log[name], want) {
				return fmt.Errorf("%s is not what the entries make it (%v)", name, err)
			}
			grown[path(strconv.Itoa(level), n, 256)] = name
			if level == 0 {
				grown[path("entries", n, 256)] = path("entries", n, width)
			}
		}
	}
	for name, data := range log {
		whole, width, partial := strings.Cut(name, ".p/")
		expected, known := grown[whole]
		if !known || (name != expected && !partial) {
			return fmt.Errorf("%s does not belong to this tree", name)
		}
		if name != expected && !beginning(name, width, data, log[expected]) {
			return fmt.Errorf("%s is no beginning of %s", name, expected)
		}
	}
	return nil
}

// beginning: the file of a smaller tree has as many records as its name says, and they are the first of the larger one.
func beginning(name, width string, data, whole []byte) bool {
	ends, err := recordEnds(name, data)
	return err == nil && strconv.Itoa(len(ends)-1) == width &&
		ends[len(ends)-1] == len(data) && bytes.HasPrefix(whole, data)
}

// tiles reads our hash tiles for tlog.TileHashReader, which authenticates each against the signed root.
type tiles struct{ log files }

func (t tiles) Height() int { return 8 }
func (t tiles) ReadTiles(wanted []tlog.Tile) ([][]byte, error) {
	var out [][]byte
	for _, tile := range wanted {
		out = append(out, t.log[path(strconv.Itoa(tile.L), tile.N, int64(tile.W))])
	}
	return out, nil
}
func (t tiles) SaveTiles([]tlog.Tile, [][]byte) {}

func prove(log files, tree tlog.Tree, all [][]byte) error {
	fromTiles := tlog.TileHashReader(tree, tiles{log})
	for i, entry := range all {
		proof, err := tlog.ProveRecord(tree.N, int64(i), fromTiles)
		if err == nil {
			err = tlog.CheckRecord(proof, tree.N, tree.Hash, int64(i), tlog.RecordHash(entry))
		}
		if err != nil {
			return fmt.Errorf("entry %d: %v", i, err)
		}
	}
	return nil
}

func main() {
	log := load(os.Args[1])
	verifier, err := note.NewVerifier(os.Args[2])
	if err != nil {
		fail("%v", err)
	}
	tree, all, err := verify(log, verifier)
	if err == nil && (len(os.Args) < 4 || os.Args[3] != "replay") {
		err = prove(log, tree, all)
	}
	if err != nil {
		fail("%v", err)
	}
	fmt.Printf("%d entries verified\n", tree.N)
	if len(os.Args) == 5 {
		refuseAll(log, verifier, number(os.Args[3]), number(os.Args[4]))
	}
}

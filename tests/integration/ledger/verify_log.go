// A verifier that shares no code with ours: Go's sumdb/note checks signatures, sumdb/tlog computes the tree from the
// bundles, and every file must be what these make it. docs/spec/ledger.md is all that it knows.
//
//	verify_log [-root VKEY] [-witness VKEY]... [-seen FILE] LOG-FOLDER VKEY [replay | STRIDE FIRST]
//	verify_log forge FOLDER
//
// -root: the offline key, which must have certified the epochs. -witness: every one of them must have cosigned
// `checkpoint`, or else `witnessed`. -seen: a checkpoint of this log from earlier, whose tree it must still hold.
//
//	(nothing)      verifies; also proves the inclusion of every entry from the hash tiles
//	replay         verifies without the proofs
//	STRIDE FIRST   and must refuse the log with any single change: every STRIDE-th of those of changes.go, from FIRST on
//	forge          writes logs that break one rule each by their own keys: forgeries.go
//
// It is for a log at rest: files beyond the signed size, which a writer at work leaves, are refused. The form of entries
// (rules 1 to 6) is not looked at, except where they speak of the log itself; neither are time stamping tokens.
package main

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"flag"
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

// numbered spells the number of a tile as C2SP tlog-tiles does.
func numbered(n int64) string {
	name := fmt.Sprintf("%03d", n%1000)
	for n >= 1000 {
		n /= 1000
		name = fmt.Sprintf("x%03d/%s", n%1000, name)
	}
	return name
}

// path writes C2SP names; tlog.Tile.Path writes the height into them and "data" for entries.
func path(level string, n, width int64) string {
	name := "tile/" + level + "/" + numbered(n)
	if width < 256 {
		name += fmt.Sprintf(".p/%d", width)
	}
	return name
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
		if !found && n > 0 && width == 256 {
			out = append(out, make([][]byte, 256)...) // whether they may be gone, checkPruned says
			continue
		}
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

// opened gives a signed note, if none of these keys has signed it wrongly. x/mod decodes base64 laxly: each signature
// must be spelled as an encoder spells it.
func opened(data []byte, keys ...note.Verifier) (*note.Note, error) {
	signed, err := note.Open(data, note.VerifierList(keys...))
	if unknown, is := err.(*note.UnverifiedNoteError); is {
		signed, err = unknown.Note, nil
	}
	if err != nil {
		return nil, err
	}
	for _, signature := range append(append([]note.Signature{}, signed.Sigs...), signed.UnverifiedSigs...) {
		if _, err := base64.StdEncoding.Strict().DecodeString(signature.Base64); err != nil {
			return nil, err
		}
	}
	return signed, nil
}

// signedBy: each of the keys has signed.
func signedBy(signed *note.Note, keys []note.Verifier) bool {
	for _, key := range keys {
		has := false
		for _, signature := range signed.Sigs {
			has = has || (signature.Name == key.Name() && signature.Hash == key.KeyHash())
		}
		if !has {
			return false
		}
	}
	return true
}

// signedTree gives the tree of a checkpoint that all of the keys have signed; the first is the log's.
func signedTree(checkpoint []byte, keys ...note.Verifier) (tlog.Tree, error) {
	signed, err := opened(checkpoint, keys...)
	if err != nil {
		return tlog.Tree{}, err
	}
	if !signedBy(signed, keys) {
		return tlog.Tree{}, fmt.Errorf("%d of %d keys have signed", len(signed.Sigs), len(keys))
	}
	lines := strings.Split(signed.Text, "\n")
	if len(lines) != 4 || lines[0] != keys[0].Name() {
		return tlog.Tree{}, fmt.Errorf("malformed checkpoint")
	}
	size, err := strconv.ParseInt(lines[1], 10, 64)
	if err != nil || strconv.FormatInt(size, 10) != lines[1] || size < 1 {
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

// holds: the log has grown out of this tree.
func (s stored) holds(older tlog.Tree, size int64) error {
	if older.N > size {
		return fmt.Errorf("the log was cut: %d entries were seen, and it has %d", older.N, size)
	}
	root, err := tlog.TreeHash(older.N, s)
	if err != nil || root != older.Hash {
		return fmt.Errorf("the first %d entries have the root %v, expected %v (%v)", older.N, root, older.Hash, err)
	}
	return nil
}

// trust is whose signatures count, and what is known from elsewhere.
type trust struct {
	vkey      string // of the log, as text
	key       note.Verifier
	root      note.Verifier // nil: the certificate is not looked at
	witnesses []note.Verifier
	seen      []byte // a checkpoint; nil: none
}

// verify checks all files of a log.
func verify(log files, trusted trust) (tlog.Tree, [][]byte, error) {
	tree, err := signedTree(log["checkpoint"], trusted.key)
	if err != nil {
		return tree, nil, fmt.Errorf("checkpoint: %v", err)
	}
	all, err := entries(log, tree.N)
	if err != nil {
		return tree, nil, err
	}
	hashes := make(stored, 0, 2*len(all))
	for i, entry := range all {
		leaf, err := recordHash(log, int64(i), entry)
		if err != nil {
			return tree, nil, err
		}
		more, err := tlog.StoredHashesForRecordHash(int64(i), leaf, hashes)
		if err != nil {
			return tree, nil, err
		}
		hashes = append(hashes, more...)
	}
	if err := hashes.holds(tree, tree.N); err != nil {
		return tree, nil, err
	}
	if err := checkTiles(log, tree.N, hashes); err != nil {
		return tree, nil, err
	}
	if err := checkPruned(log, all); err != nil {
		return tree, nil, err
	}
	epochs, err := walkEpochs(log, trusted, all, hashes)
	if err == nil {
		err = checkNotes(log, trusted, tree, hashes, epochs)
	}
	if err == nil && trusted.seen != nil {
		var seen tlog.Tree
		if seen, err = signedTree(trusted.seen, trusted.key); err == nil {
			err = hashes.holds(seen, tree.N)
		}
	}
	if err != nil {
		return tree, nil, err
	}
	for name := range log {
		if !isTile(name) && name != "checkpoint" && name != "witnessed" && name != "pruned" && !epochs.hasPlaceFor(name) {
			return tree, nil, fmt.Errorf("%s does not belong to this log", name)
		}
	}
	return tree, all, nil
}

func isTile(name string) bool { return strings.HasPrefix(name, "tile/") }

// checkTiles: every hash tile is there and right, and beside tiles and bundles there are only partial ones of smaller
// trees, which must be beginnings of theirs.
func checkTiles(log files, size int64, hashes stored) error {
	grown := map[string]string{} // the name without its width, and with that of this tree
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
		if !isTile(name) {
			continue
		}
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
		leaf, gone := recordHash(log, int64(i), entry)
		if err == nil && gone == nil {
			err = tlog.CheckRecord(proof, tree.N, tree.Hash, int64(i), leaf)
		}
		if err != nil {
			return fmt.Errorf("entry %d: %v", i, err)
		}
	}
	return nil
}

func main() {
	var trusted trust
	flag.Func("root", "vkey", func(vkey string) (err error) {
		trusted.root, err = note.NewVerifier(vkey)
		return err
	})
	flag.Func("witness", "vkey", func(vkey string) error {
		witness, err := newWitness(vkey)
		trusted.witnesses = append(trusted.witnesses, witness)
		return err
	})
	flag.Func("seen", "file", func(name string) (err error) {
		trusted.seen, err = os.ReadFile(name)
		return err
	})
	flag.Parse()
	words := flag.Args()
	if len(words) == 2 && words[0] == "forge" {
		forgeAll(words[1])
		return
	}
	if len(words) < 2 || len(words) > 4 {
		fail("two to four words are needed, see verify_log.go")
	}
	trusted.vkey = words[1]
	var err error
	if trusted.key, err = note.NewVerifier(trusted.vkey); err != nil {
		fail("%v", err)
	}
	log := load(words[0])
	tree, all, err := verify(log, trusted)
	if err == nil && (len(words) != 3 || words[2] != "replay") {
		err = prove(log, tree, all)
	}
	if err != nil {
		fail("%v", err)
	}
	fmt.Printf("%d entries verified\n", tree.N)
	if len(words) == 4 {
		refuseAll(log, trusted, number(words[2]), number(words[3]))
	}
}

// Epochs of a log (docs/spec/ledger.md, rules 24 to 34) and its witnesses (18a): the keys that the first entry promises,
// the end of each epoch under its own key, the certificate of the offline root, and who has cosigned.
package main

import (
	"bytes"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"time"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

// plan is what the first entry promises.
type plan struct {
	count, period, start int64
	root                 string
}

// epochs is what a walk over the entries has found.
type epochs struct {
	plan *plan // nil: a log with one key
	keys []note.Verifier
	ends []int64 // the tree size behind the end of each closed epoch
}

func closingPath(epoch int64) string { return "epoch/" + numbered(epoch) }

// hasPlaceFor: these files were read and checked, but for tokens, which need an authority's key.
func (e epochs) hasPlaceFor(name string) bool {
	if e.plan == nil {
		return false
	}
	for epoch := range e.ends {
		if closing := closingPath(int64(epoch)); name == closing || name == closing+".tsr" {
			return true
		}
	}
	return name == "epoch/keys" || name == "certificate"
}

// keyAt gives the key that must have signed the checkpoint of that size: of the epoch that was open then, or that ended
// with it.
func (e epochs) keyAt(size int64) []note.Verifier {
	if e.plan == nil {
		return nil
	}
	epoch := 0
	for epoch < len(e.ends) && e.ends[epoch] < size {
		epoch++
	}
	return e.keys[epoch : epoch+1 : epoch+1]
}

type members map[string]json.RawMessage

func membersOf(data []byte) (members, error) {
	var found members
	err := json.Unmarshal(data, &found)
	return found, err
}

func (m members) text(name string) (string, error) {
	var text *string
	if err := json.Unmarshal(m[name], &text); err != nil || text == nil {
		return "", fmt.Errorf("%q is not a text: %s", name, m[name])
	}
	return *text, nil
}

// natural gives an integer from 0 to 2^53 - 1 in its one spelling.
func (m members) natural(name string) (int64, error) {
	value, err := strconv.ParseInt(string(m[name]), 10, 64)
	if err != nil || value < 0 || value >= 1<<53 || strconv.FormatInt(value, 10) != string(m[name]) {
		return 0, fmt.Errorf("%q is not a natural number: %s", name, m[name])
	}
	return value, nil
}

// mayBe: no entry of that type lacks these bytes in canonical JSON, and hardly any other has them.
func mayBe(entry []byte, quoted string) bool { return bytes.Contains(entry, []byte(`"type":`+quoted)) }

func hasType(entry []byte, quoted string) (members, bool) {
	if !mayBe(entry, quoted) {
		return nil, false
	}
	found, err := membersOf(entry)
	return found, err == nil && string(found["type"]) == quoted
}

func readPlan(genesis members) (*plan, error) {
	if genesis["epochs"] == nil {
		return nil, nil
	}
	promised, err := membersOf(genesis["epochs"])
	if err != nil {
		return nil, err
	}
	var out plan
	for name, value := range map[string]*int64{"count": &out.count, "period": &out.period, "start": &out.start} {
		if *value, err = promised.natural(name); err != nil {
			return nil, err
		}
	}
	if out.count < 1 || out.count > 1<<20 || out.period < 60 || out.period > 366*24*3600 {
		return nil, fmt.Errorf("%d epochs of %d s", out.count, out.period)
	}
	out.root, err = promised.text("root")
	return &out, err
}

// readKeys: the file holds as many keys as were promised, and the promised root is that of a tree with them as leaves.
func readKeys(file []byte, promised *plan, origin string) ([]note.Verifier, error) {
	if int64(len(file)) != promised.count*ed25519.PublicKeySize {
		return nil, fmt.Errorf("epoch/keys has %d bytes, of %d keys", len(file), promised.count)
	}
	var hashes stored
	var keys []note.Verifier
	for n := int64(0); n < promised.count; n++ {
		raw := file[n*ed25519.PublicKeySize : (n+1)*ed25519.PublicKeySize]
		more, err := tlog.StoredHashes(n, raw, hashes)
		if err != nil {
			return nil, err
		}
		hashes = append(hashes, more...)
		vkey, err := note.NewEd25519VerifierKey(fmt.Sprintf("%s/epoch/%d", origin, n), raw)
		if err != nil {
			return nil, err
		}
		key, err := note.NewVerifier(vkey)
		if err != nil {
			return nil, err
		}
		keys = append(keys, key)
	}
	root, err := tlog.TreeHash(promised.count, hashes)
	if err != nil || root.String() != promised.root {
		return nil, fmt.Errorf("epoch/keys has the root %v, promised is %s (%v)", root, promised.root, err)
	}
	return keys, nil
}

// walkEpochs: the first entry, the ends in their order, the certificate.
func walkEpochs(log files, trusted trust, all [][]byte, hashes stored) (epochs, error) {
	var found epochs
	genesis, is := hasType(all[0], `"genesis"`)
	if origin, err := genesis.text("origin"); !is || err != nil || origin != trusted.key.Name() {
		return found, fmt.Errorf("entry 0 is not the genesis entry of %s", trusted.key.Name())
	}
	var err error
	if found.plan, err = readPlan(genesis); err != nil {
		return found, fmt.Errorf("entry 0: %v", err)
	}
	if found.plan != nil {
		if found.keys, err = readKeys(log["epoch/keys"], found.plan, trusted.key.Name()); err != nil {
			return found, err
		}
	}
	for i, entry := range all[1:] {
		index := int64(i) + 1
		if entry == nil {
			if err := found.gone(log, trusted, index, hashes); err != nil {
				return found, fmt.Errorf("entry %d, which was pruned: %v", index, err)
			}
			continue
		}
		if _, is := hasType(entry, `"genesis"`); is {
			return found, fmt.Errorf("entry %d: a second genesis entry", index)
		}
		closed, is := hasType(entry, `"epoch_closed"`)
		if !is {
			continue
		}
		if err := found.close(log, trusted, index, closed, hashes); err != nil {
			return found, fmt.Errorf("entry %d: %v", index, err)
		}
	}
	if found.plan == nil {
		if trusted.root != nil {
			return found, fmt.Errorf("the log has no epochs that the root could have certified")
		}
		return found, nil
	}
	return found, checkCertificate(log["certificate"], trusted, found.plan)
}

// close: the open epoch ends here, is over by the clock, and the checkpoint right behind is by its key.
func (e *epochs) close(log files, trusted trust, index int64, entry members, hashes stored) error {
	if e.plan == nil {
		return fmt.Errorf("the end of an epoch in a log that has none")
	}
	var epoch, size int64
	for name, value := range map[string]*int64{"epoch": &epoch, "size": &size, "mono_ms": new(int64)} {
		var err error
		if *value, err = entry.natural(name); err != nil {
			return err
		}
	}
	if _, err := entry.text("boot_id"); err != nil {
		return err
	}
	open := int64(len(e.ends))
	if epoch != open || open == e.plan.count-1 {
		return fmt.Errorf("ends epoch %d of %d, and epoch %d is open", epoch, e.plan.count, open)
	}
	if size != index {
		return fmt.Errorf("says that %d entries stand before it", size)
	}
	ts, err := entry.text("ts")
	if err != nil {
		return err
	}
	at, err := time.Parse(time.RFC3339Nano, ts)
	if over := time.Unix(e.plan.start+(epoch+1)*e.plan.period, 0); err != nil || at.Before(over) {
		return fmt.Errorf("epoch %d ends at %s, before %v (%v)", epoch, ts, over.UTC(), err)
	}
	tree, err := signedTree(log[closingPath(epoch)], trusted.key, e.keys[epoch])
	if err != nil {
		return fmt.Errorf("%s: %v", closingPath(epoch), err)
	}
	if tree.N != index+1 {
		return fmt.Errorf("%s: is of %d entries", closingPath(epoch), tree.N)
	}
	e.ends = append(e.ends, tree.N)
	return hashes.holds(tree, tree.N)
}

// checkCertificate: the root has signed exactly these seven lines.
func checkCertificate(certificate []byte, trusted trust, promised *plan) error {
	if trusted.root == nil {
		return nil
	}
	signed, err := opened(certificate, trusted.root)
	if err != nil || !signedBy(signed, []note.Verifier{trusted.root}) {
		return fmt.Errorf("certificate: not signed by the root (%v)", err)
	}
	want := fmt.Sprintf("tallystick-log-certificate/v1\n%s\n%s\n%d\n%d\n%d\n%s\n", trusted.key.Name(), trusted.vkey,
		promised.count, promised.period, promised.start, promised.root)
	if signed.Text != want {
		return fmt.Errorf("certificate: says\n%sexpected\n%s", signed.Text, want)
	}
	return nil
}

// witness verifies C2SP tlog-cosignature v1, which x/mod does not know.
type witness struct {
	name string
	hash uint32
	key  ed25519.PublicKey
}

func (w witness) Name() string    { return w.name }
func (w witness) KeyHash() uint32 { return w.hash }
func (w witness) Verify(text, signature []byte) bool {
	if len(signature) != 8+ed25519.SignatureSize || signature[0] > 127 {
		return false
	}
	return ed25519.Verify(w.key, cosigned(text, binary.BigEndian.Uint64(signature)), signature[8:])
}

// cosigned is what a witness signs.
func cosigned(text []byte, at uint64) []byte {
	return append([]byte(fmt.Sprintf("cosignature/v1\ntime %d\n", at)), text...)
}

const cosignatureV1 = 4

func newWitness(vkey string) (note.Verifier, error) {
	words := strings.SplitN(vkey, "+", 3)
	if len(words) != 3 {
		return nil, fmt.Errorf("malformed vkey")
	}
	typed, err := base64.StdEncoding.Strict().DecodeString(words[2])
	if err != nil || len(typed) != 1+ed25519.PublicKeySize || typed[0] != cosignatureV1 {
		return nil, fmt.Errorf("not the key of a witness")
	}
	id := witnessID(words[0], typed)
	if fmt.Sprintf("%08x", id) != words[1] {
		return nil, fmt.Errorf("the key id is not that of the key")
	}
	return witness{words[0], id, typed[1:]}, nil
}

func witnessID(name string, typed []byte) uint32 {
	sum := sha256.Sum256(append([]byte(name+"\n"), typed...))
	return binary.BigEndian.Uint32(sum[:])
}

// checkNotes: the newest checkpoint and the witnessed one are signed by the key of their epoch, the log has grown out of
// the latter, and all witnesses have cosigned one of the two.
func checkNotes(log files, trusted trust, tree tlog.Tree, hashes stored, epochs epochs) error {
	met := len(trusted.witnesses) == 0
	for _, name := range []string{"checkpoint", "witnessed"} {
		data, found := log[name]
		if !found {
			continue
		}
		older, err := signedTree(data, trusted.key)
		if err == nil {
			err = hashes.holds(older, tree.N)
		}
		var signed *note.Note
		if err == nil {
			signed, err = opened(data, append(epochs.keyAt(older.N), trusted.witnesses...)...)
		}
		if err == nil && !signedBy(signed, epochs.keyAt(older.N)) {
			err = fmt.Errorf("not signed by the epoch of size %d", older.N)
		}
		if err != nil {
			return fmt.Errorf("%s: %v", name, err)
		}
		met = met || signedBy(signed, trusted.witnesses)
	}
	if !met {
		return fmt.Errorf("neither `checkpoint` nor `witnessed` is cosigned by all witnesses")
	}
	return nil
}

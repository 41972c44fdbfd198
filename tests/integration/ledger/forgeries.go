// Logs by somebody who has all keys and uses them wrongly, each against one rule of docs/spec/ledger.md, for any
// verifier to judge. They are made by Go's packages alone.
//
//	FOLDER/<name>/log            the log
//	FOLDER/<name>/good           is there when a verifier must accept it; else it must refuse it
//	FOLDER/<name>/key            the vkey of the log; `root`, `witness` and `seen` where the verifier is given these
package main

import (
	"bytes"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

const origin, began = "audit.example.com/hostA", 1774994400

// A pair of keys, made of its name: a log is the same every time.
type pair struct {
	note.Signer
	vkey   string
	public []byte
}

func newPair(name string) pair {
	seed := sha256.Sum256([]byte(name))
	skey, vkey, err := note.GenerateKey(bytes.NewReader(seed[:]), name)
	must(err)
	signer, err := note.NewSigner(skey)
	must(err)
	return pair{signer, vkey, ed25519.NewKeyFromSeed(seed[:]).Public().(ed25519.PublicKey)}
}

func must(err error) {
	if err != nil {
		fail("%v", err)
	}
}

func epochPair(epoch int64) pair { return newPair(fmt.Sprintf("%s/epoch/%d", origin, epoch)) }

// impostor has the key's name and id, which a signature line shows, and not the key.
type impostor struct{ pair }

func (i impostor) Sign(text []byte) ([]byte, error) { return newPair("impostor").Sign(text) }

// cosigner signs as a witness does.
type cosigner struct {
	pair
	id uint32
}

func newCosigner(name string) (cosigner, string) {
	pair := newPair(name)
	typed := append([]byte{cosignatureV1}, pair.public...)
	id := witnessID(name, typed)
	return cosigner{pair, id}, fmt.Sprintf("%s+%08x+%s", name, id, base64.StdEncoding.EncodeToString(typed))
}

func (c cosigner) KeyHash() uint32 { return c.id }
func (c cosigner) Sign(text []byte) ([]byte, error) {
	at := make([]byte, 8)
	binary.BigEndian.PutUint64(at, 1800000000)
	signature, err := c.pair.Sign(cosigned(text, 1800000000))
	return append(at, signature...), err
}

// An end of an epoch: everything that it says, and the checkpoint behind it.
type end struct {
	epoch    int64
	early    int64         // seconds before the epoch is over
	size     int64         // beside the true one
	mono     string        // "mono_ms", when it is not 0
	tree     int64         // size in the checkpoint, beside the true one
	root     byte          // in the checkpoint, beside the true one
	by       []note.Signer // nil: as it must be
	unsealed bool          // there is no checkpoint
}

// A forgery is a sound log until a case changes how it is made, or what was made.
type forgery struct {
	keyCount      int64  // in epoch/keys
	plan          plan   // as it is promised; without a root, that of the keys
	rawEpochs     string // instead of the plan, in the first entry
	plain         bool   // there are no epochs
	origin        string // in the first entry
	ends          []end
	endsWithAnEnd bool          // nothing behind the last end
	lastEntry     string        // when it is not empty
	newest        []note.Signer // of the checkpoint, beside the log; nil: as it must be
	certificate   func(text string) string
	root          note.Signer

	entries [][]byte
	files   files
	// What the verifier is given beside the log's key.
	withRoot bool
	witness  string
	seen     []byte
}

func sound() *forgery {
	return &forgery{keyCount: 5, plan: plan{count: 5, period: 3600, start: began}, origin: origin,
		ends: []end{{epoch: 0}, {epoch: 1}, {epoch: 2}}, root: newPair("root.example.com"), withRoot: true,
		certificate: func(text string) string { return text }, files: files{}}
}

func (f *forgery) add(ts int64, format string, args ...interface{}) {
	text := fmt.Sprintf(format, args...)
	text = strings.Replace(text, `"type"`, `"ts":"`+time.Unix(ts, 0).UTC().Format(time.RFC3339)+`","type"`, 1)
	f.entries = append(f.entries, []byte(text))
}

// signed gives the checkpoint of the first `size` entries, with the last byte of the root changed by that much.
func (f *forgery) signed(size int64, change byte, by ...note.Signer) []byte {
	root, err := tlog.TreeHash(size, f.hashes())
	must(err)
	root[31] ^= change
	text := fmt.Sprintf("%s\n%d\n%s\n", origin, size, root)
	data, err := note.Sign(&note.Note{Text: text}, by...)
	must(err)
	return data
}

func (f *forgery) hashes() stored {
	var hashes stored
	for i, entry := range f.entries {
		more, err := tlog.StoredHashes(int64(i), entry, hashes)
		must(err)
		hashes = append(hashes, more...)
	}
	return hashes
}

// promise makes the keys and the first entry.
func (f *forgery) promise() {
	var hashes stored
	var keys []byte
	for n := int64(0); n < f.keyCount; n++ {
		public := epochPair(n).public
		more, err := tlog.StoredHashes(n, public, hashes)
		must(err)
		hashes = append(hashes, more...)
		keys = append(keys, public...)
	}
	if f.plan.root == "" {
		root, err := tlog.TreeHash(f.keyCount, hashes)
		must(err)
		f.plan.root = root.String()
	}
	epochs := fmt.Sprintf(`"epochs":{"count":%d,"period":%d,"root":"%s","start":%d},`, f.plan.count, f.plan.period,
		f.plan.root, f.plan.start)
	if f.rawEpochs != "" {
		epochs = f.rawEpochs
	}
	if f.plain {
		epochs = ""
	} else {
		f.files["epoch/keys"] = keys
	}
	f.add(began, `{%s"origin":"%s","type":"genesis","v":1}`, epochs, f.origin)
}

func (f *forgery) close(e end) {
	over := f.plan.start + (e.epoch+1)*f.plan.period - e.early
	f.add(over-1, `{"type":"run_started","v":1}`)
	size := int64(len(f.entries))
	if e.mono == "" {
		e.mono = "0"
	}
	f.add(over, `{"boot_id":"","epoch":%d,"mono_ms":%s,"size":%d,"type":"epoch_closed","v":1}`, e.epoch, e.mono,
		size+e.size)
	if e.by == nil {
		e.by = by(newPair(origin), epochPair(e.epoch))
	}
	if !e.unsealed && !f.plain {
		f.files[closingPath(e.epoch)] = f.signed(size+1+e.tree, e.root, e.by...)
	}
}

// make makes the log's files.
func (f *forgery) make() {
	f.promise()
	for _, end := range f.ends {
		f.close(end)
	}
	newest, epoch := f.newest, int64(len(f.ends))
	if f.endsWithAnEnd {
		epoch--
	} else {
		f.add(began+10*3600, `{"type":"run_started","v":1}`)
	}
	if f.lastEntry != "" {
		f.add(began+10*3600, "%s", f.lastEntry)
	}
	if newest == nil && !f.plain {
		newest = by(epochPair(epoch))
	}
	size := int64(len(f.entries))
	f.files["checkpoint"] = f.signed(size, 0, append(by(newPair(origin)), newest...)...)
	var bundle, hashes []byte
	for _, entry := range f.entries {
		bundle = append(binary.BigEndian.AppendUint16(bundle, uint16(len(entry))), entry...)
		hash := tlog.RecordHash(entry)
		hashes = append(hashes, hash[:]...)
	}
	f.files[path("entries", 0, size)] = bundle
	f.files[path("0", 0, size)] = hashes
	if !f.plain {
		f.certify()
	}
}

func (f *forgery) certify() {
	text := fmt.Sprintf("tallystick-log-certificate/v1\n%s\n%s\n%d\n%d\n%d\n%s\n", origin, newPair(origin).vkey,
		f.plan.count, f.plan.period, f.plan.start, f.plan.root)
	data, err := note.Sign(&note.Note{Text: f.certificate(text)}, f.root)
	must(err)
	f.files["certificate"] = data
}

func write(folder string, log files) {
	for name, data := range log {
		target := filepath.Join(folder, name)
		must(os.MkdirAll(filepath.Dir(target), 0o700))
		must(os.WriteFile(target, data, 0o600))
	}
}

func forgeAll(folder string) {
	for _, given := range cases() {
		f := sound()
		if given.before != nil {
			given.before(f)
		}
		f.make()
		if given.after != nil {
			given.after(f)
		}
		place := files{"key": []byte(newPair(origin).vkey)}
		if given.good {
			place["good"] = nil
		}
		if f.withRoot {
			place["root"] = []byte(newPair("root.example.com").vkey)
		}
		if f.witness != "" {
			place["witness"] = []byte(f.witness)
		}
		if f.seen != nil {
			place["seen"] = f.seen
		}
		at := filepath.Join(folder, strings.ReplaceAll(given.name, " ", "-"))
		write(at, place)
		write(filepath.Join(at, "log"), f.files)
	}
}

// What is wrong with each log of forgeries.go, by the rule that it breaks.
package main

import (
	"strings"

	"golang.org/x/mod/sumdb/note"
)

// A case is a sound log with something else in the making, or changed when it was made.
type forgeryCase struct {
	name          string
	good          bool
	before, after func(f *forgery)
}

func cases() []forgeryCase {
	var all []forgeryCase
	for _, some := range [][]forgeryCase{soundCases(), planCases(), endCases(), newestCases(), certificateCases(),
		fileCases(), witnessCases()} {
		all = append(all, some...)
	}
	return all
}

// by nobody is not nil, which stands for the right ones.
func by(signers ...note.Signer) []note.Signer { return append([]note.Signer{}, signers...) }

func soundCases() []forgeryCase {
	return []forgeryCase{
		{name: "sound", good: true},
		{name: "sound, the newest entry is an end", good: true, before: func(f *forgery) { f.endsWithAnEnd = true }},
		{name: "sound, no epoch has ended", good: true, before: func(f *forgery) { f.ends = nil }},
		{name: "sound, one epoch for ever", good: true, before: func(f *forgery) {
			f.keyCount, f.plan.count, f.ends = 1, 1, nil
		}},
		{name: "sound, the last epoch is open", good: true, before: func(f *forgery) { f.keyCount, f.plan.count = 4, 4 }},
		{name: "sound, no root is asked", good: true, before: func(f *forgery) { f.withRoot = false }},
		{name: "sound, one key and no root", good: true, before: func(f *forgery) {
			f.plain, f.ends, f.withRoot = true, nil, false
		}},
		{name: "sound, epochs of a minute", good: true, before: func(f *forgery) { f.plan.period = 60 }},
		{name: "sound, epochs of 366 days", good: true, before: func(f *forgery) { f.plan.period = 366 * 86400 }},
		{name: "sound, and seen before", good: true, after: func(f *forgery) { f.seen = f.files["epoch/001"] }},
		{name: "seen before with another root", after: func(f *forgery) { f.seen = f.signed(3, 1, newPair(origin)) }},
		{name: "seen before by another key", after: func(f *forgery) { f.seen = f.signed(3, 0, newPair("else")) }},
		{name: "cut since it was seen", before: func(f *forgery) {
			longer := sound()
			longer.lastEntry = `{"type":"run_started","v":1}`
			longer.make()
			f.seen = longer.files["checkpoint"]
		}},
	}
}

// Rule 24.
func planCases() []forgeryCase {
	promise := func(raw string) func(f *forgery) {
		return func(f *forgery) { f.ends, f.withRoot, f.rawEpochs = nil, false, raw+"," }
	}
	const root = `"root":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="`
	return []forgeryCase{
		{name: "promises another root", before: func(f *forgery) { f.plan.root = strings.Repeat("A", 43) + "=" }},
		{name: "promises one epoch more than keys", before: func(f *forgery) { f.plan.count++ }},
		{name: "promises one epoch less than keys", before: func(f *forgery) { f.plan.count-- }},
		{name: "promises epochs of 59 seconds", before: func(f *forgery) { f.plan.period = 59 }},
		{name: "promises epochs of more than 366 days", before: func(f *forgery) { f.plan.period = 366*86400 + 1 }},
		{name: "promises to start before 1970", before: func(f *forgery) { f.plan.start = -1; f.ends = nil }},
		{name: "promises no epochs at all", before: func(f *forgery) { f.keyCount, f.plan.count, f.ends = 1, 0, nil }},
		{name: "promises a text of epochs", before: promise(`"epochs":"5"`)},
		{name: "promises a number as text", before: promise(`"epochs":{"count":"5","period":3600,` + root + `,"start":0}`)},
		{name: "promises without a root", before: promise(`"epochs":{"count":5,"period":3600,"start":0}`)},
		{name: "promises a root of nothing", before: promise(`"epochs":{"count":5,"period":3600,"root":"","start":0}`)},
		{name: "one key of another", after: func(f *forgery) { copy(f.files["epoch/keys"][96:], newPair("else").public) }},
		{name: "one key too many", after: func(f *forgery) {
			f.files["epoch/keys"] = append(f.files["epoch/keys"], newPair("else").public...)
		}},
		{name: "another key for the epochs to come", after: func(f *forgery) {
			copy(f.files["epoch/keys"][128:], newPair("else").public)
		}},
		{name: "no keys", after: func(f *forgery) { delete(f.files, "epoch/keys") }},
		{name: "another origin", before: func(f *forgery) { f.origin = "audit.example.com/hostB" }},
	}
}

// Rules 28 and 34.
func endCases() []forgeryCase {
	ends := func(ends ...end) func(f *forgery) { return func(f *forgery) { f.ends = ends } }
	second := func(second end) func(f *forgery) {
		second.epoch = 1
		return ends(end{epoch: 0}, second, end{epoch: 2})
	}
	log := newPair(origin)
	return []forgeryCase{
		{name: "an end is left out", before: func(f *forgery) {
			f.ends, f.newest = []end{{epoch: 0}, {epoch: 2}}, by(epochPair(3))
		}},
		{name: "the first end is left out", before: func(f *forgery) {
			f.ends, f.newest = []end{{epoch: 1}, {epoch: 2}}, by(epochPair(3))
		}},
		{name: "an end comes twice", before: func(f *forgery) {
			f.ends, f.newest = []end{{epoch: 0}, {epoch: 1}, {epoch: 1}}, by(epochPair(2))
		}},
		{name: "ends in another order", before: func(f *forgery) {
			f.ends, f.newest = []end{{epoch: 1}, {epoch: 0}}, by(epochPair(2))
		}},
		{name: "an end of long ago", before: func(f *forgery) {
			f.ends, f.newest = []end{{epoch: 0}, {epoch: 1}, {epoch: 0}}, by(epochPair(2))
		}},
		{name: "the last epoch ends", before: func(f *forgery) {
			f.keyCount, f.plan.count, f.endsWithAnEnd = 3, 3, true
		}},
		{name: "a second early", before: second(end{early: 1})},
		{name: "a size less", before: second(end{size: -1})},
		{name: "a size more", before: second(end{size: 1})},
		{name: "no time since boot", before: second(end{mono: `""`})},
		{name: "sealed is the tree before", before: second(end{tree: -1})},
		{name: "sealed is another tree", before: second(end{root: 1})},
		{name: "sealed by the log alone", before: second(end{by: by(log)})},
		{name: "sealed by the epoch alone", before: second(end{by: by(epochPair(1))})},
		{name: "sealed by the epoch before", before: second(end{by: by(log, epochPair(0))})},
		{name: "sealed by the next epoch", before: second(end{by: by(log, epochPair(2))})},
		{name: "sealed by a stranger", before: second(end{by: by(log, newPair("else"))})},
		{name: "sealed by an impostor", before: second(end{by: by(log, impostor{epochPair(1)})})},
		{name: "sealed by an impostor of the log", before: second(end{by: by(impostor{log}, epochPair(1))})},
		{name: "not sealed", before: second(end{unsealed: true})},
		{name: "no seal at all", before: ends(end{epoch: 0, unsealed: true}, end{epoch: 1, unsealed: true})},
		{name: "an end in a log without epochs", before: func(f *forgery) { f.plain, f.withRoot = true, false }},
		{name: "a second genesis entry", before: func(f *forgery) {
			f.lastEntry = `{"origin":"` + origin + `","type":"genesis","v":1}`
		}},
	}
}

// Rule 34: the newest checkpoint.
func newestCases() []forgeryCase {
	newest := func(signers ...note.Signer) func(f *forgery) { return func(f *forgery) { f.newest = by(signers...) } }
	return []forgeryCase{
		{name: "newest by the epoch that ended", before: newest(epochPair(2))},
		{name: "newest by the first epoch", before: newest(epochPair(0))},
		{name: "newest by the epoch to come", before: newest(epochPair(4))},
		{name: "newest by an impostor", before: newest(impostor{epochPair(3)})},
		{name: "newest by the log alone", before: newest()},
		{name: "newest end by the next epoch", before: func(f *forgery) {
			f.endsWithAnEnd, f.newest = true, by(epochPair(3))
		}},
		{name: "newest not by the log", after: func(f *forgery) {
			f.files["checkpoint"] = f.signed(int64(len(f.entries)), 0, epochPair(3))
		}},
	}
}

// Rules 32 and 33.
func certificateCases() []forgeryCase {
	says := func(change func(lines []string) []string) func(f *forgery) {
		return func(f *forgery) {
			f.certificate = func(text string) string {
				return strings.Join(change(strings.Split(text, "\n")), "\n")
			}
		}
	}
	line := func(n int, text string) func(f *forgery) {
		return says(func(lines []string) []string { lines[n] = text; return lines })
	}
	return []forgeryCase{
		{name: "no certificate", after: func(f *forgery) { delete(f.files, "certificate") }},
		{name: "certified by somebody else", before: func(f *forgery) { f.root = newPair("else") }},
		{name: "certified by an impostor", before: func(f *forgery) { f.root = impostor{newPair("root.example.com")} }},
		{name: "certified by the log itself", before: func(f *forgery) { f.root = newPair(origin) }},
		{name: "certificate of another version", before: line(0, "tallystick-log-certificate/v2")},
		{name: "certificate of another origin", before: line(1, "audit.example.com/hostB")},
		{name: "certificate of another log key", before: line(2, newPair("else").vkey)},
		{name: "certificate of an older log key", before: line(2, strings.Replace(newPair("else").vkey, "else", origin, 1))},
		{name: "certificate of another count", before: line(3, "6")},
		{name: "certificate of another period", before: line(4, "7200")},
		{name: "certificate of another start", before: line(5, "1774994401")},
		{name: "certificate of other keys", before: line(6, strings.Repeat("A", 43)+"=")},
		{name: "certificate with one more line", before: says(func(lines []string) []string { return append(lines[:7], "more", "") })},
		{name: "certificate with one line less", before: says(func(lines []string) []string { return append(lines[:6], "") })},
		{name: "certificate with a zero in front", before: line(3, "05")},
		{name: "a root and no epochs", before: func(f *forgery) { f.plain, f.ends = true, nil }},
	}
}

// Rule 15, of the files of epochs.
func fileCases() []forgeryCase {
	adds := func(name string) forgeryCase {
		return forgeryCase{name: "a file " + strings.ReplaceAll(name, "/", "_"), after: func(f *forgery) {
			f.files[name] = f.files["epoch/002"]
		}}
	}
	return []forgeryCase{adds("epoch/2"), adds("epoch/0002"), adds("epoch/x000/002"), adds("epoch/002.p/3"),
		adds("epoch/keys.old"), adds("certificate.old"), adds("epoch/two.tsr"), adds("tile/epoch/002"),
		{name: "a seal in a log without epochs", before: func(f *forgery) { f.plain, f.ends, f.withRoot = true, nil, false },
			after: func(f *forgery) { f.files["epoch/000"] = f.files["checkpoint"] }},
		{name: "a certificate in a log without epochs",
			before: func(f *forgery) { f.plain, f.ends, f.withRoot = true, nil, false },
			after:  func(f *forgery) { f.files["certificate"] = f.files["checkpoint"] }},
	}
}

// Rules 18a and 26: what a witness has cosigned.
func witnessCases() []forgeryCase {
	witness, vkey := newCosigner("witness.example.com/w1")
	log := newPair(origin)
	witnessed := func(size int64, root byte, signers ...note.Signer) func(f *forgery) {
		return func(f *forgery) { f.witness, f.files["witnessed"] = vkey, f.signed(size, root, signers...) }
	}
	return []forgeryCase{
		{name: "witnessed some time ago", good: true, after: witnessed(4, 0, log, epochPair(1), witness)},
		{name: "witnessed at the end of an epoch", good: true, after: witnessed(3, 0, log, epochPair(0), witness)},
		{name: "witnessed just now", good: true, after: func(f *forgery) {
			f.witness = vkey
			f.files["checkpoint"] = f.signed(int64(len(f.entries)), 0, log, epochPair(3), witness)
		}},
		{name: "witnessed by nobody", after: func(f *forgery) { f.witness = vkey }},
		{name: "witnessed by somebody else", after: witnessed(4, 0, log, epochPair(1))},
		{name: "witnessed is another log", after: witnessed(4, 1, log, epochPair(1), witness)},
		{name: "witnessed by no epoch", after: witnessed(4, 0, log, witness)},
		{name: "witnessed by the epoch before", after: witnessed(4, 0, log, epochPair(0), witness)},
		{name: "witnessed by the open epoch", after: witnessed(4, 0, log, epochPair(3), witness)},
		{name: "witnessed end by the next epoch", after: witnessed(3, 0, log, epochPair(1), witness)},
		{name: "witnessed is not by the log", after: witnessed(4, 0, epochPair(1), witness)},
		{name: "cut since it was witnessed", before: func(f *forgery) {
			longer := sound()
			longer.lastEntry = `{"type":"run_started","v":1}`
			longer.make()
			f.witness = vkey
			f.files["witnessed"] = longer.signed(int64(len(longer.entries)), 0, log, epochPair(3), witness)
		}},
	}
}

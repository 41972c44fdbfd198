// Every single change of a log that can be made without its key, each of which a verifier must refuse.
package main

import (
	"bytes"
	"fmt"
	"sort"
	"strconv"
	"strings"
)

func number(text string) int {
	value, err := strconv.Atoi(text)
	if err != nil {
		fail("%v", err)
	}
	return value
}

// A change of one file: what it is called, and the bytes of the file after it.
type change struct {
	name  string
	apply func() []byte
}

// changes of a file: each of its bits, each length that it might be cut to, and each record removed, doubled, or changed
// with the next one.
func changes(name string, data []byte) []change {
	var all []change
	add := func(what string, at int, apply func() []byte) {
		all = append(all, change{fmt.Sprintf("%s: %s %d", name, what, at), apply})
	}
	for bit := 0; bit < 8*len(data); bit++ {
		bit := bit
		add("bit", bit, func() []byte {
			flipped := append([]byte(nil), data...)
			flipped[bit/8] ^= 1 << (bit % 8)
			return flipped
		})
	}
	for length := range data {
		length := length
		add("cut to", length, func() []byte { return data[:length] })
	}
	ends, err := recordEnds(name, data)
	if err != nil {
		fail("%s: %v", name, err)
	}
	for i := 0; i+1 < len(ends); i++ {
		before, record, behind := data[:ends[i]], data[ends[i]:ends[i+1]], data[ends[i+1]:]
		join := func(parts ...[]byte) func() []byte {
			return func() []byte {
				out := []byte{}
				for _, part := range parts {
					out = append(out, part...)
				}
				return out
			}
		}
		add("removed record", i, join(before, behind))
		if bytes.HasPrefix(record, []byte("— ")) {
			continue // signatures mean the same in any order, and twice
		}
		add("doubled record", i, join(before, record, record, behind))
		if i+2 < len(ends) {
			next := data[ends[i+1]:ends[i+2]]
			add("swapped record", i, join(before, next, record, data[ends[i+2]:]))
		}
	}
	return all
}

// recordEnds gives where records begin and end: entries of a bundle, hashes of a tile, public keys, lines of a note.
func recordEnds(name string, data []byte) ([]int, error) {
	ends := []int{0}
	if strings.HasPrefix(name, "tile/entries/") {
		records, err := split(data)
		if err != nil {
			return nil, err
		}
		for _, record := range records {
			ends = append(ends, ends[len(ends)-1]+2+len(record))
		}
	} else if strings.HasPrefix(name, "tile/") || name == "epoch/keys" {
		for end := 32; end <= len(data); end += 32 {
			ends = append(ends, end)
		}
	} else {
		for i, char := range data {
			if char == '\n' {
				ends = append(ends, i+1)
			}
		}
	}
	return ends, nil
}

// An exchange is of whole files, by their names; nil: removed.
type exchange struct {
	name  string
	after files
}

// exchanges: a file removed, and the end of an epoch in the place of the next one's, or both exchanged.
func exchanges(log files, names []string, i int) []exchange {
	name := names[i]
	var all []exchange
	if !superseded(log, name) {
		all = append(all, exchange{name + ": removed", files{name: nil}})
	}
	if i+1 < len(names) && isClosing(name) && isClosing(names[i+1]) {
		next := names[i+1]
		all = append(all, exchange{next + ": that of the epoch before", files{next: log[name]}},
			exchange{next + ": exchanged with the epoch before", files{next: log[name], name: log[next]}})
	}
	return all
}

// superseded: a partial tile of a smaller tree, which may go at any time.
func superseded(log files, name string) bool {
	whole, width, partial := strings.Cut(name, ".p/")
	for other := range log {
		otherWhole, otherWidth, otherPartial := strings.Cut(other, ".p/")
		if partial && whole == otherWhole && (!otherPartial || number(otherWidth) > number(width)) {
			return true
		}
	}
	return false
}

func isClosing(name string) bool { return strings.HasPrefix(name, "epoch/") && name != "epoch/keys" }

// A trial makes every stride-th change, from the one numbered first on, and ends the program if one is accepted.
type trial struct {
	log           files
	trusted       trust
	stride, first int
	count, tried  int
}

func (t *trial) refuse(what string, changed func() files) {
	if t.count++; (t.count-1)%t.stride != t.first%t.stride {
		return
	}
	t.tried++
	before := files{}
	for name, data := range changed() {
		before[name] = t.log[name]
		t.log[name] = data
		if data == nil {
			delete(t.log, name)
		}
	}
	if _, _, err := verify(t.log, t.trusted); err == nil {
		fail("accepted with %s", what)
	}
	for name, data := range before {
		t.log[name] = data
	}
}

func refuseAll(log files, trusted trust, stride, first int) {
	var names []string
	bytes := 0
	for name, data := range log {
		names = append(names, name)
		bytes += len(data)
	}
	sort.Strings(names)
	t := trial{log: log, trusted: trusted, stride: stride, first: first}
	for i, name := range names {
		for _, change := range changes(name, log[name]) {
			t.refuse(change.name, func() files { return files{name: change.apply()} })
		}
		for _, exchange := range exchanges(log, names, i) {
			t.refuse(exchange.name, func() files { return exchange.after })
		}
	}
	fmt.Printf("%d of %d changes of %d bytes, all refused\n", t.tried, t.count, bytes)
}

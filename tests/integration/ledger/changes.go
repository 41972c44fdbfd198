// Every single change of a log that can be made without its key, each of which a verifier must refuse.
package main

import (
	"fmt"
	"os"
	"sort"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
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

// changes of a file: each of its bits, each length that it might be cut to, and, of bundles and hash tiles, each record
// removed, doubled, or changed with the next one.
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
				var out []byte
				for _, part := range parts {
					out = append(out, part...)
				}
				return out
			}
		}
		add("removed record", i, join(before, behind))
		add("doubled record", i, join(before, record, record, behind))
		if i+2 < len(ends) {
			next := data[ends[i+1]:ends[i+2]]
			add("swapped record", i, join(before, next, record, data[ends[i+2]:]))
		}
	}
	return all
}

// recordEnds gives where records begin and end: entries of a bundle, hashes of a tile; the checkpoint has none.
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
	} else if strings.HasPrefix(name, "tile/") {
		for end := 32; end <= len(data); end += 32 {
			ends = append(ends, end)
		}
	}
	return ends, nil
}

// refuseAll makes every stride-th change, from the one numbered first on, and ends the program if one is accepted.
func refuseAll(log files, verifier note.Verifier, stride, first int) {
	var names []string
	bytes := 0
	for name, data := range log {
		names = append(names, name)
		bytes += len(data)
	}
	sort.Strings(names)
	count, tried := 0, 0
	for _, name := range names {
		data := log[name]
		for _, change := range changes(name, data) {
			if count++; (count-1)%stride != first%stride {
				continue
			}
			tried++
			log[name] = change.apply()
			if _, _, err := verify(log, verifier); err == nil {
				fmt.Fprintf(os.Stderr, "accepted with %s\n", change.name)
				os.Exit(1)
			}
		}
		log[name] = data
	}
	fmt.Printf("%d of %d changes of %d bytes, all refused\n", tried, count, bytes)
}

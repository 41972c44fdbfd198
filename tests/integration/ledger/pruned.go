// Bundles that are gone (docs/spec/ledger.md, "Pruning"): an entry of the log says so, and their hashes are there.
package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"

	"golang.org/x/mod/sumdb/tlog"
)

// recordHash: of the entry, or what the hash tile says of one that is gone.
func recordHash(log files, i int64, entry []byte) (tlog.Hash, error) {
	if entry != nil {
		return tlog.RecordHash(entry), nil
	}
	var hash tlog.Hash
	tile := log[path("0", i/256, 256)]
	if len(tile) != 256*tlog.HashSize {
		return hash, fmt.Errorf("neither entry %d nor its hash is there", i)
	}
	copy(hash[:], tile[i%256*tlog.HashSize:])
	return hash, nil
}

// checkPruned: what is gone lies before the minimum of the newest entry that prunes, and the list has all of these.
func checkPruned(log files, all [][]byte) error {
	minimum, list := int64(0), ""
	for i, entry := range all {
		var pruned struct {
			Type            string
			Before, Minimum int64
			Policy          string
		}
		if !bytes.Contains(entry, []byte("log_pruned")) || json.Unmarshal(entry, &pruned) != nil || pruned.Type != "log_pruned" {
			continue
		}
		if pruned.Minimum%256 != 0 || pruned.Minimum <= pruned.Before || pruned.Before < minimum ||
			pruned.Minimum > int64(i) || len(pruned.Policy) != 64 {
			return fmt.Errorf("entry %d prunes what it may not", i)
		}
		minimum = pruned.Minimum
		list += fmt.Sprintf("%d\n", i)
	}
	for i, entry := range all {
		if entry == nil && int64(i) >= minimum {
			return fmt.Errorf("entry %d is gone, and only those before %d were pruned", i, minimum)
		}
	}
	listed, there := log["pruned"]
	if there != (list != "") || !strings.HasSuffix("\n"+string(listed), "\n"+list) {
		return fmt.Errorf("the list of entries that prune is not that of the log")
	}
	return nil
}

// gone: an entry that was pruned may have been the end of the open epoch. Its seal tells, if it is of the tree there. When
// it is not there, the next end that is left does not follow.
func (e *epochs) gone(log files, trusted trust, index int64, hashes stored) error {
	open := int64(len(e.ends))
	if e.plan == nil || open == e.plan.count-1 || log[closingPath(open)] == nil {
		return nil
	}
	tree, err := signedTree(log[closingPath(open)], trusted.key, e.keys[open])
	if err != nil {
		return fmt.Errorf("%s: %v", closingPath(open), err)
	}
	if tree.N != index+1 {
		return nil
	}
	e.ends = append(e.ends, tree.N)
	return hashes.holds(tree, tree.N)
}

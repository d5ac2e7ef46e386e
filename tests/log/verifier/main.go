// A second verifier of Kring's log, which shares no line with the first: the tree, the tiles' authentication and the notes are those
// of golang.org/x/mod/sumdb, as Go's own checksum database uses them. Where the two disagree, one of them is wrong.
//
//	verifier -key VKEY (-url URL [-ca FILE] | -dir DIR) [-old FILE] [-save FILE] [-quick] [-samples N] [-records FILE] [-proof FILE]
//
// Exit status: 0 all is well, 1 it is not (and why), 2 the command line, 3 nobody answers.
package main

import (
	"errors"
	"flag"
	"fmt"
	"math/rand"
	"os"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

// Once a fault is found the rest proves nothing.
func must(err error) {
	if errors.Is(err, errUnreachable) {
		fmt.Println(err)
		os.Exit(3)
	}
	if err != nil {
		fmt.Println("FAULT:", err)
		os.Exit(1)
	}
}

func fault(format string, values ...any) { must(fmt.Errorf(format, values...)) }

// entriesMatch: each entry of the tile is the one whose hash the authenticated tree has in its place.
func entriesMatch(s source, size, number int64, reader tlog.HashReader) {
	first, width := number*tileWidth, widthOf(size, 0, number)
	data, err := s.tile(-1, number, width)
	must(err)
	var places []int64
	for i := int64(0); i < width; i++ {
		places = append(places, tlog.StoredHashIndex(0, first+i))
	}
	hashes, err := reader.ReadHashes(places)
	must(err)
	for i := int64(0); i < width; i++ {
		var entry []byte
		if entry, data, err = cutEntry(data); err != nil {
			fault("entries tile %d, entry %d: %v", number, i, err)
		}
		if tlog.RecordHash(entry) != hashes[i] {
			fault("entries tile %d, entry %d (leaf %d): not the tree's", number, i, first+i)
		}
	}
	if len(data) != 0 {
		fault("entries tile %d: %d bytes too many", number, len(data))
	}
}

// extends: the tree only grew since the older checkpoint.
func extends(older, newer checkpoint, reader tlog.HashReader) {
	if older.size > newer.size {
		fault("the log shrank from %d to %d records", older.size, newer.size)
	}
	if older.size == newer.size && older.root != newer.root {
		fault("two trees of %d records", older.size)
	}
	if older.size == 0 || older.size == newer.size {
		return // nothing, or the same: x/mod makes no proof of that
	}
	proof, err := tlog.ProveTree(newer.size, older.size, reader)
	must(err)
	must(tlog.CheckTree(proof, newer.size, newer.root, older.size, older.root))
}

func included(c checkpoint, index int64, reader tlog.HashReader) {
	hashes, err := reader.ReadHashes([]int64{tlog.StoredHashIndex(0, index)})
	must(err)
	proof, err := tlog.ProveRecord(c.size, index, reader)
	must(err)
	must(tlog.CheckRecord(proof, c.size, c.root, index, hashes[0]))
}

func main() {
	key := flag.String("key", "", "the log's verifier key")
	url, ca, dir := flag.String("url", "", "base address"), flag.String("ca", "", "trust this authority"), flag.String("dir", "", "a folder instead")
	old, save := flag.String("old", "", "an older checkpoint"), flag.String("save", "", "keep the checkpoint here")
	quick, samples := flag.Bool("quick", false, "the checkpoint and -old only"), flag.Int("samples", 50, "inclusion proofs to make")
	records, proof := flag.String("records", "", "NDJSON lines with proofs"), flag.String("proof", "", "a file with one tlog-proof")
	flag.Parse()
	verifier, err := note.NewVerifier(*key)
	if err != nil || (*url == "") == (*dir == "") || flag.NArg() != 0 {
		fmt.Fprintln(os.Stderr, "verifier: -key VKEY and one of -url and -dir", err)
		os.Exit(2)
	}
	s, err := newSource(*url, *ca, *dir)
	must(err)
	raw, err := s.get("checkpoint")
	must(err)
	newest, err := parseCheckpoint(raw, verifier)
	must(err)
	reader := tlog.TileHashReader(tlog.Tree{N: newest.size, Hash: newest.root}, &tiles{s: s})
	if newest.size == 0 && newest.root != emptyRoot {
		fault("the empty tree has another root")
	}
	if *old != "" {
		before, err := os.ReadFile(*old)
		must(err)
		older, err := parseCheckpoint(before, verifier)
		must(err)
		extends(older, newest, reader)
	}
	for n := int64(0); !*quick && n*tileWidth < newest.size; n++ {
		entriesMatch(s, newest.size, n, reader)
	}
	for i := 0; !*quick && i < *samples && newest.size > 0; i++ {
		included(newest, rand.Int63n(newest.size), reader)
	}
	checkProofs(*records, *proof, newest, verifier, reader)
	if *save != "" {
		must(os.WriteFile(*save, raw, 0o644))
	}
	fmt.Printf("ok: %d records\n", newest.size)
}

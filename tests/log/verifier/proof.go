package main

import (
	"bufio"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"errors"
	"os"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

// u16 length, then the entry.
func cutEntry(data []byte) (entry, rest []byte, err error) {
	if len(data) < 2 || len(data)-2 < int(binary.BigEndian.Uint16(data)) {
		return nil, nil, errors.New("it is cut off")
	}
	end := 2 + int(binary.BigEndian.Uint16(data))
	if end != 36 || data[2] != 1 || data[3] != 1 {
		return nil, nil, errors.New("no commitment to a record")
	}
	return data[2:end], data[end:], nil
}

// leafOf opens `extra`: each part that is shown has its hash in its place, and all hashes together make the leaf.
func leafOf(extra []byte) (tlog.Hash, error) {
	bad := errors.New("extra data that is none of ours")
	if len(extra) < 3 || extra[0] != 1 {
		return tlog.Hash{}, bad
	}
	count := int(binary.BigEndian.Uint16(extra[1:]))
	if len(extra) < 3+32*count || count < 64 {
		return tlog.Hash{}, bad
	}
	hashes, parts := extra[3:3+32*count], extra[3+32*count:]
	for len(parts) > 0 {
		if len(parts) < 20 {
			return tlog.Hash{}, bad
		}
		place, size := int(binary.BigEndian.Uint16(parts)), int(binary.BigEndian.Uint16(parts[18:]))
		if place >= count || len(parts) < 20+size {
			return tlog.Hash{}, bad
		}
		sum := sha256.Sum256(append(append([]byte{}, parts[2:18]...), parts[20:20+size]...))
		if string(sum[:]) != string(hashes[32*place:32*place+32]) {
			return tlog.Hash{}, errors.New("a part that is not the one committed to")
		}
		parts = parts[20+size:]
	}
	commitment := sha256.Sum256(append([]byte("kring-audit-1\x00"), hashes...))
	return tlog.RecordHash(append([]byte{1, 1}, commitment[:]...)), nil
}

func fields(head string) (index int64, extra []byte, proof tlog.RecordProof, err error) {
	lines := strings.Split(head, "\n")
	if len(lines) < 3 || lines[0] != "c2sp.org/tlog-proof@v1" || !strings.HasPrefix(lines[1], "extra ") || !strings.HasPrefix(lines[2], "index ") {
		return 0, nil, nil, errors.New("no tlog-proof")
	}
	if extra, err = base64.StdEncoding.Strict().DecodeString(lines[1][6:]); err != nil {
		return 0, nil, nil, err
	}
	if index, err = strconv.ParseInt(lines[2][6:], 10, 64); err != nil {
		return 0, nil, nil, err
	}
	for _, line := range lines[3:] {
		hash, err := tlog.ParseHash(line)
		if err != nil {
			return 0, nil, nil, err
		}
		proof = append(proof, hash)
	}
	return index, extra, proof, nil
}

// checkProof: the proof holds by itself, and its checkpoint is of the tree that was checked here.
func checkProof(text string, newest checkpoint, v note.Verifier, reader tlog.HashReader) error {
	head, signed, found := strings.Cut(text, "\n\n")
	if !found {
		return errors.New("no checkpoint")
	}
	c, err := parseCheckpoint([]byte(signed), v)
	if err != nil {
		return err
	}
	index, extra, proof, err := fields(head)
	if err != nil {
		return err
	}
	leaf, err := leafOf(extra)
	if err != nil {
		return err
	}
	if err := tlog.CheckRecord(proof, c.size, c.root, index, leaf); err != nil {
		return err
	}
	if c.size <= newest.size {
		extends(c, newest, reader)
	}
	return nil
}

func checkProofs(records, proof string, newest checkpoint, v note.Verifier, reader tlog.HashReader) {
	if proof != "" {
		text, err := os.ReadFile(proof)
		must(err)
		must(checkProof(string(text), newest, v, reader))
	}
	if records == "" {
		return
	}
	file, err := os.Open(records)
	must(err)
	lines := bufio.NewScanner(file)
	lines.Buffer(nil, 64<<20)
	for lines.Scan() {
		var record struct{ Proof string }
		must(json.Unmarshal(lines.Bytes(), &record))
		if record.Proof != "" {
			must(checkProof(record.Proof, newest, v, reader))
		}
	}
	must(lines.Err())
}

package main

import (
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

const tileWidth = 256

// A server that is down says nothing about its log.
var errUnreachable = errors.New("unreachable")

var emptyRoot = tlog.Hash(sha256.Sum256(nil))

// ---- the checkpoint ----

type checkpoint struct {
	size int64
	root tlog.Hash
}

// Not tlog.ParseTree: that one knows the origin of Go's own database only.
func parseCheckpoint(raw []byte, v note.Verifier) (checkpoint, error) {
	n, err := note.Open(raw, note.VerifierList(v))
	if err != nil {
		return checkpoint{}, fmt.Errorf("checkpoint: %w", err)
	}
	lines := strings.Split(n.Text, "\n")
	if len(lines) != 4 || lines[3] != "" || lines[0] != v.Name() {
		return checkpoint{}, errors.New("checkpoint: not three lines of this origin")
	}
	size, err := strconv.ParseInt(lines[1], 10, 64)
	if err != nil || size < 0 || strconv.FormatInt(size, 10) != lines[1] {
		return checkpoint{}, errors.New("checkpoint: no size")
	}
	root, err := base64.StdEncoding.Strict().DecodeString(lines[2])
	if err != nil || len(root) != tlog.HashSize {
		return checkpoint{}, errors.New("checkpoint: no root")
	}
	c := checkpoint{size: size}
	copy(c.root[:], root)
	return c, nil
}

// ---- files and tiles ----

type source struct {
	base, dir string
	client    *http.Client
}

func newSource(url, ca, dir string) (source, error) {
	s := source{base: strings.TrimSuffix(url, "/"), dir: dir}
	config := &tls.Config{}
	if ca != "" {
		pem, err := os.ReadFile(ca)
		if err != nil {
			return s, err
		}
		config.RootCAs = x509.NewCertPool()
		config.RootCAs.AppendCertsFromPEM(pem)
	}
	s.client = &http.Client{Timeout: 30 * time.Second, Transport: &http.Transport{TLSClientConfig: config}}
	return s, nil
}

func (s source) get(path string) ([]byte, error) {
	if s.dir != "" {
		return os.ReadFile(filepath.Join(s.dir, path))
	}
	answer, err := s.client.Get(s.base + "/" + path)
	if err != nil {
		return nil, fmt.Errorf("%w: %v", errUnreachable, err)
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	if err != nil || answer.StatusCode >= 500 {
		return nil, fmt.Errorf("%w: %s: %s", errUnreachable, path, answer.Status)
	}
	if answer.StatusCode != 200 {
		return nil, fmt.Errorf("%s: %s", path, answer.Status)
	}
	return body, nil
}

// C2SP tlog-tiles: /tile/L/N[.p/W], where x/mod would say tile/H/L/N.
func pathOf(level int, number, width int64) string {
	name := fmt.Sprintf("%03d", number%1000)
	for number >= 1000 {
		number /= 1000
		name = fmt.Sprintf("x%03d/%s", number%1000, name)
	}
	if width != tileWidth {
		name += fmt.Sprintf(".p/%d", width)
	}
	if level < 0 {
		return "tile/entries/" + name
	}
	return fmt.Sprintf("tile/%d/%s", level, name)
}

func (s source) tile(level int, number, width int64) ([]byte, error) {
	return s.get(pathOf(level, number, width))
}

func widthOf(size int64, level int, number int64) int64 {
	left := size>>(8*level) - number*tileWidth
	if left > tileWidth {
		return tileWidth
	}
	return left
}

// x/mod asks for the tiles and authenticates each up to the root. A tile that another read needed in a smaller width is asked for in
// the width that it has in this tree, since no other is served.
type tiles struct {
	s    source
	held map[string][]byte
}

func (t *tiles) Height() int { return 8 }

func (t *tiles) ReadTiles(wanted []tlog.Tile) ([][]byte, error) {
	if t.held == nil {
		t.held = map[string][]byte{}
	}
	var all [][]byte
	for _, w := range wanted {
		path := pathOf(w.L, w.N, int64(w.W))
		data, known := t.held[path]
		if !known {
			var err error
			if data, err = t.s.get(path); err != nil {
				return nil, err
			}
			if len(data) != w.W*tlog.HashSize {
				return nil, fmt.Errorf("%s: %d bytes", path, len(data))
			}
		}
		all = append(all, data)
	}
	return all, nil
}

// Only what x/mod found right comes here.
func (t *tiles) SaveTiles(good []tlog.Tile, data [][]byte) {
	for i, w := range good {
		t.held[pathOf(w.L, w.N, int64(w.W))] = data[i]
	}
}

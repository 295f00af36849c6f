package ledger_test

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/interlock-run/interlock/internal/ledger"
	"github.com/interlock-run/interlock/internal/wire/canonical"
)

func verifyExport(t testing.TB, data []byte, o ledger.VerifyOptions) (ledger.Report, error) {
	t.Helper()
	src, err := ledger.OpenExport(bytes.NewReader(data))
	if err != nil {
		return ledger.Report{}, err
	}
	return ledger.Verify(t.Context(), src, o)
}

// good fails the test unless data verifies.
func good(t *testing.T, data []byte, o ledger.VerifyOptions) ledger.Report {
	t.Helper()
	r, err := verifyExport(t, data, o)
	if err != nil || !r.OK() {
		t.Fatalf("%v %v", r.Faults, err)
	}
	return r
}

// wrong fails the test unless data is found wrong in the way want (any, if "").
func wrong(t rapid.TB, data []byte, o ledger.VerifyOptions, want ledger.FaultKind, what string) {
	t.Helper()
	src, err := ledger.OpenExport(bytes.NewReader(data))
	if err != nil {
		if want != "" {
			t.Errorf("%s: %v, want %s", what, err, want)
		}
		return
	}
	r, err := ledger.Verify(context.Background(), src, o)
	if err != nil || r.OK() || want != "" && !kinds(r)[want] {
		t.Errorf("%s: faults %v, error %v, want %q", what, r.Faults, err, want)
	}
}

func linesOf(data []byte) [][]byte {
	return bytes.SplitAfter(bytes.TrimSuffix(data, []byte("\n")), []byte("\n"))
}

func joined(lines [][]byte) []byte {
	var out []byte
	for _, l := range lines {
		out = append(append(out, bytes.TrimSuffix(l, []byte("\n"))...), '\n')
	}
	return out
}

// TestExport: N9, an export verifies by itself, with and without blobs, and
// against a checkpoint taken before.
func TestExport(t *testing.T) {
	l := open(t, stateDir(t), nil)
	empty, c := export(t, l, true)
	if r := good(t, empty, ledger.VerifyOptions{Against: &c}); r.Entries != 0 || c.Seq != 0 {
		t.Errorf("an empty ledger: %+v", r)
	}
	sample(t, l, 3)
	old, err := l.Checkpoint(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	sample(t, l, 1) // run0 again, and its stdout purged a second time
	full, _ := export(t, l, true)
	lean, _ := export(t, l, false)
	r := good(t, full, ledger.VerifyOptions{Against: &old, Key: ledger.Fingerprint(old.PublicKey)})
	if r.Entries != 26 || len(r.CheckpointsOK) != 2 || r.BlobsNotHere != 0 || r.BlobsChecked == 0 || len(r.BlobsPurged) != 1 {
		t.Errorf("got %+v", r)
	}
	if r = good(t, lean, ledger.VerifyOptions{Against: &old}); r.BlobsNotHere == 0 || r.BlobsChecked != 0 || len(lean) >= len(full) {
		t.Errorf("got %+v", r)
	}
	for i, line := range linesOf(full) {
		if !canonical.Is(bytes.TrimSuffix(line, []byte("\n"))) {
			t.Errorf("line %d is not canonical: %s", i+1, line)
		}
	}
	verified(t, l, &old)
}

// TestAnyByte: N9, no byte of an export can change, go or come unseen.
func TestAnyByte(t *testing.T) {
	l := open(t, stateDir(t), nil)
	sample(t, l, 3)
	data, _ := export(t, l, true)
	good(t, data, ledger.VerifyOptions{})
	rapid.Check(t, func(t *rapid.T) {
		at := rapid.IntRange(0, len(data)-1).Draw(t, "at")
		b := rapid.Byte().Draw(t, "byte")
		if b != data[at] {
			wrong(t, slices.Concat(data[:at], []byte{b}, data[at+1:]), ledger.VerifyOptions{}, "", "changed")
		}
		wrong(t, slices.Concat(data[:at], data[at+1:]), ledger.VerifyOptions{}, "", "deleted")
		wrong(t, slices.Concat(data[:at], []byte{b}, data[at:]), ledger.VerifyOptions{}, "", "inserted")
		wrong(t, data[:at], ledger.VerifyOptions{}, "", "cut")
	})
}

// TestSpelling: N9, a letter in another case is found in every line's frame: a
// decoder that looks names up without regard to case would not.
func TestSpelling(t *testing.T) {
	l := open(t, stateDir(t), nil)
	sample(t, l, 1)
	data, _ := export(t, l, true)
	for at, b := range data {
		if b|0x20 >= 'a' && b|0x20 <= 'z' {
			wrong(t, slices.Concat(data[:at], []byte{b ^ 0x20}, data[at+1:]), ledger.VerifyOptions{}, "", fmt.Sprint("byte ", at))
		}
	}
}

// TestLines: N9, entries that are missing, doubled, swapped or cut are named as
// that, wherever they stand.
func TestLines(t *testing.T) {
	l := open(t, stateDir(t), nil)
	sample(t, l, 3)
	data, c := export(t, l, true)
	lines, n := linesOf(data), int(c.Seq) // entry i is lines[i]
	none := ledger.VerifyOptions{}
	for i := 1; i <= n; i++ {
		kind := ledger.Missing
		if i == n {
			kind = ledger.CutTail
		}
		wrong(t, joined(slices.Delete(slices.Clone(lines), i, i+1)), none, kind, fmt.Sprint("delete ", i))
		wrong(t, joined(slices.Insert(slices.Clone(lines), i, lines[i])), none, ledger.Inserted, fmt.Sprint("double ", i))
		for j := i + 1; j <= n; j++ {
			swapped := slices.Clone(lines)
			swapped[i], swapped[j] = lines[j], lines[i]
			wrong(t, joined(swapped), none, ledger.Reordered, fmt.Sprint("swap ", i, j))
		}
		cut := slices.Concat(lines[:i], lines[n+1:])
		wrong(t, joined(cut), none, ledger.CutTail, fmt.Sprint("cut at ", i))
	}
	for i := n + 1; i < len(lines); i++ {
		wrong(t, joined(slices.Delete(slices.Clone(lines), i, i+1)), none, "", fmt.Sprint("delete line ", i+1))
		wrong(t, joined(slices.Insert(slices.Clone(lines), i, lines[i])), none, "", fmt.Sprint("double line ", i+1))
	}
}

// TestEveryField: N9, each single field of each entry, changed alone or with the
// entry's digest made to fit, is found, at that entry or the one behind it.
func TestEveryField(t *testing.T) {
	l := open(t, stateDir(t), nil)
	sample(t, l, 2)
	data, c := export(t, l, false)
	lines := linesOf(data)
	for i := 1; i <= int(c.Seq); i++ {
		for _, path := range leaves(entryOf(t, lines[i]), nil) {
			for _, fit := range []bool{false, true} {
				e := entryOf(t, lines[i])
				change(e, path)
				forged := slices.Clone(lines)
				forged[i] = entryLine(t, e, digestOf(t, lines[i]), fit)
				wrong(t, joined(forged), ledger.VerifyOptions{}, "", fmt.Sprintf("entry %d %v fit %v", i, path, fit))
			}
		}
	}
}

// TestRewrite: N9, a chain that was rewritten from some entry on, every link and
// digest right and the end signed anew, is found against a checkpoint from
// before, by the key's fingerprint, and by nothing else: that is the limit.
func TestRewrite(t *testing.T) {
	l := open(t, stateDir(t), nil)
	sample(t, l, 2)
	data, c := export(t, l, false)
	lines := linesOf(data)
	for i := 1; i <= int(c.Seq); i++ {
		forged := slices.Clone(lines)
		prev := ""
		for j := i; j <= int(c.Seq); j++ {
			e := entryOf(t, forged[j])
			if j == i {
				e["policy"] = "another"
			} else {
				e["prev"] = prev
			}
			forged[j] = entryLine(t, e, "", true)
			prev = digestOf(t, forged[j])
		}
		wrong(t, joined(forged), ledger.VerifyOptions{}, ledger.Rewritten, "the old signature at the end")
		resigned := c
		resigned.Digest = prev
		public, private, _ := ed25519.GenerateKey(nil)
		resigned.PublicKey = public
		resigned.Signature = ed25519.Sign(private, []byte(strings.Split(resigned.String(), "signature ")[0]))
		forged[len(forged)-1] = checkpointLine(t, resigned)
		good(t, joined(forged), ledger.VerifyOptions{})
		wrong(t, joined(forged), ledger.VerifyOptions{Against: &c}, ledger.Rewritten, "against")
		wrong(t, joined(forged), ledger.VerifyOptions{Key: ledger.Fingerprint(c.PublicKey)}, ledger.BadSignature, "key")
	}
}

// TestReportsEveryFault: one fault neither hides others nor makes more.
func TestReportsEveryFault(t *testing.T) {
	l := open(t, stateDir(t), nil)
	sample(t, l, 4)
	data, _ := export(t, l, false)
	lines := linesOf(data)
	lines[3] = bytes.Replace(lines[3], []byte("namespaces"), []byte("none"), 1)
	lines[12], lines[13] = lines[13], lines[12]
	lines = slices.Delete(lines, 7, 9)
	r, err := verifyExport(t, joined(lines), ledger.VerifyOptions{})
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]uint64{}
	for _, f := range r.Faults {
		got[string(f.Kind)] = f.Seq
	}
	if len(r.Faults) != 3 || got["changed"] != 3 || got["reordered"] != 12 || got["missing"] != 7 {
		t.Errorf("got %v", r.Faults)
	}
}

// leaves returns the path of every value that is no object or list.
func leaves(v any, path []any) (all [][]any) {
	switch v := v.(type) {
	case map[string]any:
		for k := range v {
			all = append(all, leaves(v[k], append(slices.Clone(path), k))...)
		}
	case []any:
		for i := range v {
			all = append(all, leaves(v[i], append(slices.Clone(path), i))...)
		}
	default:
		return [][]any{path}
	}
	return all
}

// change makes the value at path another one of the same type.
func change(v any, path []any) {
	for _, step := range path[:len(path)-1] {
		if k, ok := step.(string); ok {
			v = v.(map[string]any)[k]
		} else {
			v = v.([]any)[step.(int)]
		}
	}
	switch k := path[len(path)-1].(type) {
	case string:
		v.(map[string]any)[k] = other(v.(map[string]any)[k])
	case int:
		v.([]any)[k] = other(v.([]any)[k])
	}
}

func other(v any) any {
	switch v := v.(type) {
	case string:
		if strings.HasSuffix(v, "Z") { // a time, which must stay one
			return "2001" + v[4:]
		}
		if v != "" && strings.Trim(v, "0123456789abcdef") == "" {
			return strings.Map(func(r rune) rune { return map[bool]rune{true: '1', false: '0'}[r == '0'] }, v)
		}
		return v + "x"
	case float64:
		return v + 1
	case bool:
		return !v
	}
	return "something"
}

func entryOf(t *testing.T, line []byte) map[string]any {
	t.Helper()
	var l struct{ Entry map[string]any }
	if err := json.Unmarshal(line, &l); err != nil {
		t.Fatal(err)
	}
	return l.Entry
}

func digestOf(t *testing.T, line []byte) string {
	t.Helper()
	var l struct{ Digest string }
	if err := json.Unmarshal(line, &l); err != nil {
		t.Fatal(err)
	}
	return l.Digest
}

// entryLine is the line of e, with the digest given or one that fits: what
// docs/ledger.md says of it, computed here a second time.
func entryLine(t *testing.T, e map[string]any, digest string, fit bool) []byte {
	t.Helper()
	raw, err := canonical.Marshal(e)
	if err != nil {
		t.Fatal(err)
	}
	if fit {
		sum := sha256.Sum256(append([]byte("interlock ledger entry v1\n"), raw...))
		digest = hex.EncodeToString(sum[:])
	}
	return fmt.Appendf(nil, `{"digest":"%s","entry":%s}`, digest, raw)
}

func checkpointLine(t *testing.T, c ledger.Checkpoint) []byte {
	t.Helper()
	raw, err := canonical.Marshal(map[string]string{"checkpoint": c.String()})
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

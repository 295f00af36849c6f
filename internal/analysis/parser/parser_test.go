package parser

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/interlock-run/interlock/test/require"
)

// shared is one parser for all tests of the process: compiling takes a while.
var shared = sync.OnceValues(func() (*Parser, error) { return New(context.Background(), "") })

func testParser(t testing.TB) *Parser {
	t.Helper()
	p, err := shared()
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func parse(t *testing.T, src string, opts Options) *Module {
	t.Helper()
	m, err := testParser(t).Parse(context.Background(), []byte(src), opts)
	if err != nil {
		t.Fatalf("parsing %q: %v", src, err)
	}
	return m
}

// first returns the first node of a kind.
func first(t *testing.T, m *Module, k Kind) (found *Node) {
	t.Helper()
	m.Walk(func(n *Node) bool {
		if n.Kind == k && found == nil {
			found = n
		}
		return found == nil
	})
	if found == nil {
		t.Fatalf("no %s in %q", k, m.Src)
	}
	return found
}

func TestSyntaxErrorHasAPosition(t *testing.T) {
	for _, c := range []struct {
		src          string
		line, column int
		says         string
	}{
		{"x = 1\ny = (2\n", 3, 1, "EOF"},
		{"a = 'é' b\n", 1, 9, "separated"},
		{"\ufeffx = = 1", 1, 5, "expression"},
		{"def f(:\n  pass", 1, 7, "parameter"},
		{"!ls\n", 1, 1, ""},
		{"a\r\nb\rc c", 3, 3, ""},
	} {
		_, err := testParser(t).Parse(context.Background(), []byte(c.src), Options{})
		var e *SyntaxError
		if !errors.As(err, &e) {
			t.Errorf("%q: %v, want a syntax error", c.src, err)
			continue
		}
		if e.Line != c.line || e.Column != c.column || !strings.Contains(e.Message, c.says) {
			t.Errorf("%q: %v, want line %d, column %d, %q", c.src, e, c.line, c.column, c.says)
		}
	}
}

func TestEmptySources(t *testing.T) {
	for _, src := range []string{"", "\n", "# comment", "\ufeff", "\ufeff\n", "   \n"} {
		if m := parse(t, src, Options{}); len(m.Body) != 0 || m.Nodes != 0 {
			t.Errorf("%q has %d nodes", src, m.Nodes)
		}
	}
}

// X12: what stops the parser is a refusal, and the next source is parsed.
func TestOverrunsAreContained(t *testing.T) {
	r := strings.Repeat
	for name, src := range map[string]string{
		"brackets hidden in an f-string": "x = f'{" + r("(", 100_000) + "}'",
		"brackets":                       r("(", 100_000) + "1" + r(")", 100_000),
		"not":                            r("not ", 200_000) + "x",
		"minus":                          r("-", 500_000) + "x",
		"lambda":                         r("lambda:", 100_000) + "x",
		"power":                          "x" + r("**x", 200_000),
		"sum":                            "x" + r("+x", 200_000),
		"attributes":                     "x" + r(".x", 200_000),
		"calls":                          "x" + r("()", 200_000),
		"conditions":                     r("a if b else ", 80_000) + "c",
		"elif":                           "if a:\n p\n" + r("elif a:\n p\n", 50_000),
		"format specs":                   "f'" + r("{a:", 10_000) + "'",
		"unfinished patterns":            "match x:\n case " + r("[", 190) + r("-", 100_000),
	} {
		t.Run(name, func(t *testing.T) {
			_, err := testParser(t).Parse(context.Background(), []byte(src), Options{})
			var gate *GateError
			if !errors.As(err, &gate) && !isSyntaxError(err) {
				t.Fatalf("got %v, want a refusal", err)
			}
			if gate != nil && gate.Reason != TooDeep && gate.Reason != TooLarge {
				t.Errorf("reason %s: %v", gate.Reason, gate)
			}
			if gate != nil && gate.Hint == "" {
				t.Error("no hint")
			}
			parse(t, "x = 1\n", Options{})
		})
	}
}

func isSyntaxError(err error) bool {
	var e *SyntaxError
	return errors.As(err, &e)
}

func indented(n int) string {
	var b strings.Builder
	for i := range n {
		b.WriteString(strings.Repeat(" ", i) + "if x:\n")
	}
	return b.String() + strings.Repeat(" ", n) + "pass\n"
}

func TestDeepButAllowed(t *testing.T) {
	r := strings.Repeat
	for _, src := range []string{
		r("(", MaxBrackets) + "1" + r(")", MaxBrackets),
		r("f(", MaxBrackets) + r(")", MaxBrackets),
		"x = a" + r(" + a", 1900) + "\n",
		"if a:\n p\n" + r("elif a:\n p\n", 1900),
		indented(99),
	} {
		parse(t, src, Options{})
	}
}

func TestTooManyNodes(t *testing.T) {
	_, err := testParser(t).Parse(context.Background(), []byte(strings.Repeat("x\n", MaxNodes)), Options{})
	var gate *GateError
	if !errors.As(err, &gate) || gate.Reason != TooManyNodes || gate.Line < 1000 {
		t.Errorf("got %v", err)
	}
}

func TestConcurrent(t *testing.T) {
	p := testParser(t)
	deep := strings.Repeat("not ", 100_000) + "x"
	var wg sync.WaitGroup
	for i := range 12 {
		wg.Go(func() {
			for k := range 10 {
				if (i+k)%5 == 0 {
					if _, err := p.Parse(context.Background(), []byte(deep), Options{}); err == nil {
						t.Error("deep source accepted")
					}
				}
				src := "a = " + strings.Repeat("b + ", i*10+k) + "b"
				m, err := p.Parse(context.Background(), []byte(src), Options{})
				if err != nil || m.Nodes != 2+2*(i*10+k)+1 {
					t.Errorf("%d/%d: %v %v", i, k, m, err)
				}
			}
		})
	}
	wg.Wait()
}

func TestParseWaitsNoLongerThanItsContext(t *testing.T) {
	p, err := New(context.Background(), "")
	if err != nil {
		t.Fatal(err)
	}
	for range cap(p.slots) {
		p.slots <- struct{}{}
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := p.Parse(ctx, []byte("x"), Options{}); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}

func TestCloseIsFinal(t *testing.T) {
	ctx := context.Background()
	p, err := New(ctx, "")
	if err != nil {
		t.Fatal(err)
	}
	if err := p.Warm(ctx); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if err := p.Close(ctx); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := p.Parse(ctx, []byte("x"), Options{}); err == nil {
		t.Error("a closed parser parses")
	}
}

// Cached code is executed: nobody else may write it.
func TestCacheMustBePrivate(t *testing.T) {
	ctx := context.Background()
	open := filepath.Join(t.TempDir(), "open")
	inner := filepath.Join(open, "inner")
	if err := os.MkdirAll(inner, 0o700); err != nil {
		t.Fatal(err)
	}
	if _, err := New(ctx, inner); err != nil {
		t.Fatalf("private folder refused: %v", err)
	}
	for _, mode := range []os.FileMode{0o777, 0o770, 0o702} {
		if err := os.Chmod(open, mode); err != nil {
			t.Fatal(err)
		}
		for _, dir := range []string{open, inner} {
			if _, err := New(ctx, dir); err == nil {
				t.Errorf("%s accepted with mode %o above", dir, mode)
			}
		}
	}
	link := filepath.Join(t.TempDir(), "link")
	if err := os.Symlink(inner, link); err != nil {
		t.Fatal(err)
	}
	if _, err := New(ctx, link); err == nil {
		t.Error("link into an open folder accepted")
	}
}

func TestDamagedCacheIsReplaced(t *testing.T) {
	ctx, dir := context.Background(), t.TempDir()
	use := func() {
		t.Helper()
		p, err := New(ctx, dir)
		if err != nil {
			t.Fatal(err)
		}
		defer p.Close(ctx)
		if _, err := p.Parse(ctx, []byte("x = 1"), Options{}); err != nil {
			t.Fatal(err)
		}
	}
	use()
	entries, err := filepath.Glob(filepath.Join(dir, "pyparser", "*", "*"))
	if err != nil {
		t.Fatal(err)
	}
	if len(entries) != 1 {
		require.Skip(t, require.Toolchain, fmt.Sprintf("the cache holds %v: the engine compiles on amd64 and arm64 only", entries))
	}
	for _, damage := range []func([]byte) []byte{
		func(b []byte) []byte { return b[:len(b)/2] },
		func(b []byte) []byte { b[len(b)/2] ^= 1; return b },
		func(b []byte) []byte { return nil },
	} {
		b, err := os.ReadFile(entries[0])
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(entries[0], damage(b), 0o600); err != nil {
			t.Fatal(err)
		}
		use()
	}
}

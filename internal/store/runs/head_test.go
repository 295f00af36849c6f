package runs

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// P17: a list reads what it shows of a result, whatever its order, and not the rest; what lost
// its end is no result.
func TestHeadOfAResult(t *testing.T) {
	path := filepath.Join(t.TempDir(), resultName)
	want := head{"a.py", "failed", "read_only"}
	rest := `"stdout":"` + strings.Repeat("x", 1<<20) + `"`
	for text, ok := range map[string]bool{
		`{"schema":1,"name":"a.py","status":"failed","mode":"read_only",` + rest + "}\n":               true,
		`{"artifacts":[{"name":"b"}],"mode":"read_only","name":"a.py",` + rest + `,"status":"failed"}`: true,
		`{"name":"a.py","status":"failed","mode":"read_only",not JSON, and not read}`:                  true,
		`{"name":"a.py","status":"failed","mode":"read_only",` + rest:                                  false,
		`{"name":"a.py",` + rest + `"status"}`:                                                         false,
		`["name","a.py"]`:                                                                              false,
		`{"name":7,"status":"failed"}`:                                                                 false,
		"":                                                                                             false,
		"\x00\x00\x00":                                                                                 false,
	} {
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if got, err := headOf(path); (err == nil) != ok || ok && got != want {
			t.Errorf("%.70q: %+v, %v", text, got, err)
		}
	}
	if got, err := headOf(path + ".none"); err == nil {
		t.Errorf("%+v", got)
	}
}

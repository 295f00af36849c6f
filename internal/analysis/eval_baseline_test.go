package analysis

import (
	"bufio"
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"testing"

	"github.com/interlock-run/interlock/test/require"
)

// writePatterns are of the kind that agent frameworks at facilities use to decide
// whether code writes: regular expressions over the text, comments and strings
// included.
var writePatterns = []string{
	`\bcaput\s*\(`,
	`\bepics\.caput\s*\(`,
	`\bcaput_many\s*\(`,
	`\bepics\.PV\s*\([^)]*\)\.put\s*\(`,
	`\bPV\s*\([^)]*\)\.put\s*\(`,
	`\bpv\w*\.put\s*\(`,
	`\w+\.put\s*\(`,
	`\w+_pv\.set\s*\(`,
	`\bpv\w*\.set_value\s*\(`,
	`\bpv\w*\.value\s*=[^=]`,
	`\bca\.put\s*\(`,
	`\bctxt?\.put\s*\(`,
	`\bpvput\s*\(`,
	`\bwrite_channels?\s*\(`,
	`\bwrite_pv\s*\(`,
	`\.write_attribute\s*\(`,
	`\.command_inout\s*\(`,
	`\bdev\w*\.write\w*\s*\(`,
	`\bset_pv\s*\(`,
}

// baselineColumns measures the detectors that Interlock is compared with. Those that need
// CPython are left out where there is none.
func baselineColumns(t *testing.T, set []evalScript) []evalColumn {
	t.Helper()
	columns := []evalColumn{newColumn("19 regexes", set, byPattern(set))}
	python := pythonFor()
	if python == "" {
		return columns
	}
	verbs, imports := byCPython(t, python, set)
	return append(columns, newColumn("callee's verb (ast)", set, verbs), newColumn("imports a library", set, imports))
}

func byPattern(set []evalScript) (out []evalVerdict) {
	var patterns []*regexp.Regexp
	for _, p := range writePatterns {
		patterns = append(patterns, regexp.MustCompile(p))
	}
	for _, s := range set {
		var v evalVerdict
		for _, p := range patterns {
			v.writes = v.writes || p.Match(s.source)
		}
		v.sure = v.writes
		out = append(out, v)
	}
	return out
}

// pythonFor returns the Python of the test environment, or "".
func pythonFor() string {
	if dir := os.Getenv("INTERLOCK_TEST_ENV"); dir != "" {
		return filepath.Join(dir, "bin", "python3")
	}
	path, err := exec.LookPath("python3")
	if err != nil {
		return ""
	}
	return path
}

func byCPython(t *testing.T, python string, set []evalScript) (verbs, imports []evalVerdict) {
	t.Helper()
	args := []string{"testdata/recorder/baseline.py"}
	for _, s := range set {
		args = append(args, s.path)
	}
	out, err := exec.CommandContext(t.Context(), python, args...).Output()
	if err != nil {
		require.Skip(t, require.PythonEnv, "the baselines need a Python of 3.11 or newer: "+err.Error())
	}
	lines := bufio.NewScanner(bytes.NewReader(out))
	for lines.Scan() {
		var said struct{ Verb, Imports bool }
		if err := json.Unmarshal(lines.Bytes(), &said); err != nil {
			t.Fatal(err)
		}
		verbs = append(verbs, evalVerdict{writes: said.Verb, sure: said.Verb})
		imports = append(imports, evalVerdict{writes: said.Imports, sure: said.Imports})
	}
	if len(verbs) != len(set) {
		t.Fatalf("baseline.py looked at %d scripts of %d", len(verbs), len(set))
	}
	return verbs, imports
}

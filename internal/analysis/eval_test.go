package analysis

import (
	"os"
	"testing"

	interlock "github.com/interlock-run/interlock"
)

// The evaluation asks how well the analyser does on code that it was not made
// for: testdata/eval, a set of labelled scripts that is frozen (SHA256SUMS) and
// whose labels are what the scripts did when they were executed (eval_labels_test.go).
// docs/analysis.md says how to read the table that `make eval` prints.

// Targets of the evaluation, as shares of the scripts they are about.
const (
	targetFound   = 0.99 // writing and hostile scripts with a write, definite, possible or unresolved
	targetReading = 0.05 // reading scripts with such a write
	targetScience = 0    // science scripts with such a write
	targetExact   = 0.85 // writing and hostile scripts whose channels are not run-time data, with exactly those
)

// TestEval proves X2, X11 and N10's detection side on scripts that follow public
// code, in numbers. INTERLOCK_EVAL_DIR names another set to measure.
func TestEval(t *testing.T) {
	set := loadEvalSet(t, evalDir())
	verdicts := evalAnalyser(t, set)
	columns := append([]evalColumn{newColumn("interlock", set, verdicts)}, baselineColumns(t, set)...)
	t.Logf("\n%s\n%s", evalTable(columns), evalMisses(set, verdicts))
	checkTargets(t, columns[0])
}

func evalDir() string {
	if dir := os.Getenv("INTERLOCK_EVAL_DIR"); dir != "" {
		return dir
	}
	return "testdata/eval"
}

func checkTargets(t *testing.T, c evalColumn) {
	t.Helper()
	for _, s := range []struct {
		what string
		got  evalShare
		ok   func(share float64) bool
	}{
		{"writes found: at least 99 %", c.found, func(s float64) bool { return s >= targetFound }},
		{"false alarms on reading: at most 5 %", c.alarms["reading"], func(s float64) bool { return s <= targetReading }},
		{"false alarms on science: none", c.alarms["science"], func(s float64) bool { return s <= targetScience }},
		{"channels exact: at least 85 %", c.exact, func(s float64) bool { return s >= targetExact }},
	} {
		if s.got.of > 0 && !s.ok(s.got.share()) {
			t.Errorf("%s; it is %v", s.what, s.got)
		}
	}
}

// evalVerdict is what a detector says of one script.
type evalVerdict struct {
	writes   bool     // definite, possible or unresolved
	sure     bool     // definite or possible
	channels []string // of all writes of kind exact, sorted
	loose    bool     // some write's channels are a pattern or unknown, or writes are unresolved
	because  []string // what raised it, with lines
}

func evalAnalyser(t *testing.T, set []evalScript) []evalVerdict {
	a := newTestAnalyser(t)
	var out []evalVerdict
	for _, s := range set {
		f := analyse(t, a, &interlock.Submission{Name: s.name + ".py", Source: s.source, Args: s.argv})
		out = append(out, verdictOf(f))
	}
	return out
}

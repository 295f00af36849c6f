package analysis

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"

	interlock "github.com/interlock-run/interlock"
)

func TestZZ(t *testing.T) {
	a := newTestAnalyser(t)
	files, _ := filepath.Glob(os.Getenv("ZZ"))
	for _, file := range files {
		b, _ := os.ReadFile(file)
		f := analyse(t, a, &interlock.Submission{Name: "x.py", Source: b})
		fmt.Println("##", filepath.Base(file), "W", f.Control.Writes, "R", f.Control.Reads, f.SyntaxError)
		for i, s := range factsFor("access", f) {
			fmt.Println("   ", f.Accesses[i].Line, s)
		}
		for _, u := range f.Unresolved {
			fmt.Println("    ?", u.Line, u.What, u.Why, u.Writes)
		}
	}
}

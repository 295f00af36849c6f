package readme

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestSessionsAreTheConsoleBlocks(t *testing.T) {
	doc := "# Title\n```sh\n$ not run\n```\n" +
		"```console\n$ cat > a.py <<'EOF'\n> print(1)\n>\n> EOF\n$ python3 a.py\n1\n> not a continuation\n```\n" +
		"text\n```console\n$ true\n```\n"
	got, err := Sessions(doc)
	if err != nil {
		t.Fatal(err)
	}
	want := [][]Step{
		{
			{Line: 6, Command: "cat > a.py <<'EOF'\nprint(1)\n\nEOF"},
			{Line: 10, Command: "python3 a.py", Want: []string{"1", "> not a continuation"}},
		},
		{{Line: 16, Command: "true"}},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestSessionsRefuseABrokenBlock(t *testing.T) {
	for _, doc := range []string{"```console\noutput first\n```\n", "```console\n$ true\n"} {
		if got, err := Sessions(doc); err == nil {
			t.Errorf("%q gives %v, want an error", doc, got)
		}
	}
}

func TestMatches(t *testing.T) {
	for _, c := range []struct {
		want   []string
		output string
		ok     bool
	}{
		{nil, "", true},
		{nil, "\n\n", true},
		{nil, "surprise\n", false},
		{[]string{"a"}, "a  \n", true},
		{[]string{"a"}, "ab\n", false},
		{[]string{"a", ""}, "a\n", true},
		{[]string{"a"}, "a\nb\n", false},
		{[]string{"..."}, "", true},
		{[]string{"..."}, "a\nb\n", true},
		{[]string{"a", "...", "d"}, "a\nb\nc\nd\n", true},
		{[]string{"a", "...", "d"}, "a\nd\n", true},
		{[]string{"a", "...", "d"}, "a\nb\n", false},
		{[]string{"run ... took ... ms"}, "run 7f took 12 ms\n", true},
		{[]string{"run ... took ... ms"}, "run 7f took 12 s\n", false},
		{[]string{"1+1 (sum)"}, "1+1 (sum)\n", true},
		{[]string{"1+1"}, "111\n", false},
	} {
		if got := Matches(c.want, c.output); got != c.ok {
			t.Errorf("Matches(%q, %q) = %v, want %v", c.want, c.output, got, c.ok)
		}
	}
}

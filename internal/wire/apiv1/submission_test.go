package apiv1

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/interlock-run/interlock"
)

// What a client sends is what the server runs: the digest, which covers all that
// can change what a submission does, survives the way.
func TestASubmissionSurvivesTheWay(t *testing.T) {
	text := rapid.StringMatching(`[^\x00]{0,20}`)
	path := rapid.StringMatching(`(/[a-zé ]{1,8}){1,3}`)
	rapid.Check(t, func(t *rapid.T) {
		who := interlock.Identity{Kind: interlock.PeerIdentity, UID: 7}
		s := &interlock.Submission{Name: "x" + text.Draw(t, "name"), Source: rapid.SliceOfN(rapid.Byte(), 1, 50).Draw(t, "source"),
			Folder: path.Draw(t, "folder"), Args: rapid.SliceOfN(text, 1, 3).Draw(t, "args"), Stdin: rapid.SliceOfN(rapid.Byte(), 1, 9).Draw(t, "stdin"),
			Inputs: rapid.SliceOfN(path, 1, 3).Draw(t, "inputs"), Description: text.Draw(t, "description"), Session: text.Draw(t, "session"),
			Wall: float64(rapid.IntRange(0, 1000).Draw(t, "wall")), Interpreter: path.Draw(t, "interpreter"), Found: path.Draw(t, "found"), Front: "cli", Who: who}
		if rapid.Bool().Draw(t, "asks") {
			mode := interlock.WriteAccess
			s.AskedMode = &mode
			s.Override = &interlock.Override{Mode: mode, Who: who, Why: s.Description}
		}
		sent, err := NewSubmission(s, "rules")
		if err != nil {
			t.Fatal(err)
		}
		b, err := Encode(sent)
		if err != nil {
			t.Fatal(err)
		}
		got, err := DecodeSubmission(b)
		if err != nil {
			t.Fatalf("%v: %s", err, b)
		}
		if run := got.Submitted(who); run.Digest() != s.Digest() || !cmp.Equal(run, s) || got.Rules != "rules" {
			t.Fatal(cmp.Diff(s, run))
		}
	})
}

func TestWhatJSONCannotCarryIsRefusedByTheClient(t *testing.T) {
	for _, s := range []*interlock.Submission{
		{Name: "\xff"}, {Name: "x", Folder: "/\xff"}, {Name: "x", Args: []string{"\xff"}}, {Name: "x", Inputs: []string{"/\xff"}}, {Name: "x", Args: []string{"a\x00"}},
	} {
		if _, err := NewSubmission(s, ""); err == nil {
			t.Errorf("%+v was taken", s)
		}
	}
}

// Whatever comes is taken or refused with a word, and what is taken is in bounds.
func FuzzDecodeSubmission(f *testing.F) {
	f.Add([]byte(`{"schema":1,"name":"x.py","source":"print(1)","args":["a"],"inputs":["/data"],"mode":"read_only"}`))
	f.Add([]byte(`{"schema":1,"name":"x.py","source_base64":"/w==","folder":"/x","timeout_ms":5}`))
	f.Fuzz(func(t *testing.T, b []byte) {
		s, err := DecodeSubmission(b)
		if err != nil {
			return
		}
		run := s.Submitted(interlock.Identity{})
		if len(run.Source) > MaxSource || run.Name == "" || run.Folder != "" && !strings.HasPrefix(run.Folder, "/") || run.Wall < 0 {
			t.Errorf("%q became %+v", b, run)
		}
	})
}

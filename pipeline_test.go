package interlock_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	. "github.com/interlock-run/interlock"
)

// The stages below stand in for the real ones, which have tests of their own:
// here it is the road between them that is tested.
type stage struct {
	facts    func(*Facts) error
	decide   func(Decision) (Decision, error)
	approve  error
	append   func([]Record) error
	kept     int
	sent     int
	recorded []RecordKind
}

func (s *stage) Name() string { return "test" }
func (s *stage) Analyse(_ context.Context, _ *Submission, f *Facts) error {
	if s.facts == nil {
		return nil
	}
	return s.facts(f)
}
func (s *stage) Decide(_ context.Context, _ *Submission, _ *Facts, d Decision) (Decision, error) {
	if s.decide == nil {
		return d, nil
	}
	return s.decide(d)
}
func (s *stage) Approve(context.Context, *Submission, *Facts, *Decision) error { return s.approve }
func (s *stage) Append(_ context.Context, records ...Record) (Receipt, error) {
	if s.append != nil {
		if err := s.append(records); err != nil {
			return Receipt{}, err
		}
	}
	for _, r := range records {
		s.recorded = append(s.recorded, r.Kind)
	}
	return Receipt{Seq: uint64(len(s.recorded))}, nil
}
func (s *stage) Create(id string) (RunFolder, error)                        { return RunFolder{Path: id}, nil }
func (s *stage) Keep(*Submission, *Result) error                            { s.kept++; return nil }
func (s *stage) Prepare(context.Context, *Submission, Grant) (Child, error) { return s, nil }
func (s *stage) Fits(*Submission, Grant) bool                               { return true }
func (s *stage) Level() Level                                               { return Namespaces }
func (s *stage) Close() error                                               { return nil }
func (s *stage) Open(context.Context, *Submission, Grant) (Road, error)     { return road{}, nil }
func (s *stage) Run(context.Context, *Submission, string, Streams, Road) (Observed, Claims, error) {
	s.sent++
	return Observed{Started: true}, Claims{}, nil
}

// road is the way to no equipment.
type road struct{}

func (road) Serve(d Doors) error { d.Close(); return nil }
func (road) Stop() Equipment     { return Equipment{} }

func (s *stage) pipeline() *Pipeline {
	return &Pipeline{Analysis: []Analyser{s}, Policy: []Decider{s}, Approval: s, Sandbox: s, Gateway: s, Runs: s, Ledger: s, Now: time.Now}
}

func do(p *Pipeline) *Result {
	return p.Do(context.Background(), &Submission{ID: "r", Source: []byte("pass")}, Streams{})
}

func TestPipelineRuns(t *testing.T) {
	s := &stage{}
	r := do(s.pipeline())
	if r.Status != Succeeded || r.ExitStatus() != 0 || s.sent != 1 || s.kept != 1 {
		t.Errorf("result %+v, sent %d, kept %d", r.Error, s.sent, s.kept)
	}
	want := []RecordKind{RecordSubmission, RecordDecision, RecordGrant, RecordStart, RecordEnd}
	if len(s.recorded) != len(want) {
		t.Fatalf("recorded %v, want %v", s.recorded, want)
	}
	for i := range want {
		if s.recorded[i] != want[i] {
			t.Errorf("recorded %v, want %v", s.recorded, want)
		}
	}
}

// TestPipelineFailsClosed (N1, X12, P13): a step that is missing or fails refuses,
// no code is sent, and the refusal is recorded all the same.
func TestPipelineFailsClosed(t *testing.T) {
	boom := errors.New("boom")
	for name, tc := range map[string]struct {
		change func(*stage, *Pipeline)
		exit   int
	}{
		"no analysis":        {func(_ *stage, p *Pipeline) { p.Analysis = nil }, 2},
		"no policy":          {func(_ *stage, p *Pipeline) { p.Policy = nil }, 2},
		"analysis fails":     {func(s *stage, _ *Pipeline) { s.facts = func(*Facts) error { return boom } }, 6},
		"policy fails":       {func(s *stage, _ *Pipeline) { s.decide = func(d Decision) (Decision, error) { return d, boom } }, 6},
		"a zero decision":    {func(s *stage, _ *Pipeline) { s.decide = func(Decision) (Decision, error) { return Decision{}, nil } }, 3},
		"waiting":            {func(s *stage, _ *Pipeline) { needApproval(s); s.approve = &Error{Code: ExitWaiting} }, 4},
		"approval fails":     {func(s *stage, _ *Pipeline) { needApproval(s); s.approve = boom }, 6},
		"code is not Python": {func(s *stage, _ *Pipeline) { syntaxError(s) }, 1},
	} {
		t.Run(name, func(t *testing.T) {
			s := &stage{}
			p := s.pipeline()
			tc.change(s, p)
			r := do(p)
			if s.sent != 0 || r.ExitStatus() != tc.exit || r.Error == nil {
				t.Errorf("sent %d, exit %d (want %d), error %+v", s.sent, r.ExitStatus(), tc.exit, r.Error)
			}
			if n := len(s.recorded); n == 0 || s.recorded[n-1] != RecordEnd || s.kept != 1 {
				t.Errorf("recorded %v, kept %d", s.recorded, s.kept)
			}
		})
	}
}

func needApproval(s *stage) {
	s.decide = func(d Decision) (Decision, error) { d.Add(Reason{Effect: NeedsApproval}); return d, nil }
}

func syntaxError(s *stage) {
	s.facts = func(f *Facts) error { f.SyntaxError = &SyntaxError{Message: "bad"}; return nil }
	s.decide = func(d Decision) (Decision, error) { d.Add(Reason{Effect: Deny}); return d, nil }
}

// TestDecisionStaysTight: a later step cannot loosen what an earlier one decided.
func TestDecisionStaysTight(t *testing.T) {
	s, loose := &stage{}, &stage{}
	s.decide = func(d Decision) (Decision, error) { d.Add(Reason{Effect: Deny}); return d, nil }
	loose.decide = func(d Decision) (Decision, error) { d.Effect = Allow; return d, nil }
	p := s.pipeline()
	p.Policy = []Decider{s, loose}
	if r := do(p); r.Status != Refused || s.sent != 0 {
		t.Errorf("status %s, sent %d", r.Status, s.sent)
	}
}

// TestNothingRunsUnrecorded (N9): where the intent cannot be recorded no code is
// sent, and where the end cannot, the result says so.
func TestNothingRunsUnrecorded(t *testing.T) {
	for _, failing := range []RecordKind{RecordStart, RecordEnd} {
		s := &stage{append: func(records []Record) error {
			if records[len(records)-1].Kind == failing {
				return errors.New("disk full")
			}
			return nil
		}}
		r := do(s.pipeline())
		if r.Status != Errored || r.ExitStatus() != 6 || r.Error.Hint == "" {
			t.Errorf("%s: status %s, error %+v", failing, r.Status, r.Error)
		}
		if failing == RecordStart && s.sent != 0 {
			t.Error("code was sent without a record")
		}
		if ran := failing == RecordEnd; r.Error.RetryRun == ran || strings.Contains(r.Error.Message, "the code ran") != ran {
			t.Errorf("%s: %+v", failing, r.Error) // X13: what ran is not told to be run again
		}
	}
}

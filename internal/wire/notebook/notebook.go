// Package notebook writes a run as a Jupyter notebook, nbformat 4.5, in Go: one
// Markdown cell with the decision and how the run ended, one code cell with the
// source and everything that came out. Every run gets one, refused and failed
// runs included.
//
// What the code said of itself (displays, results, figures, the traceback) is
// marked in the metadata as claimed: "interlock": {"claimed": true} on an output,
// and by index in the code cell's "interlock.claimed_outputs" for the kinds of
// output that carry no metadata. Everything a claim holds is cleaned so that the
// notebook opens whatever it was: JSON too deep or numbers too long for Python's
// reader, lone surrogates and invalid UTF-8 are replaced, sizes are bounded.
// Control characters in what the code printed stay as they are, as Jupyter keeps
// them; those in an error's name, message and traceback are made visible. An image
// that is not text, or not base64, is left out and a note says so.
//
// Secrets are redacted in all text, but not in images: those are the run's own
// bytes, and searching them would cost more than drawing them did.
//
// It does not protect against what a browser does with trusted HTML: a notebook
// written here is unsigned, so Jupyter shows its HTML sanitised until a person
// trusts it. In the Markdown cell nothing of the submission is markup.
//
// The format: https://nbformat.readthedocs.io/en/latest/format_description.html
package notebook

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/interlock-run/interlock"
	"github.com/interlock-run/interlock/internal/wire/redact"
)

// Bounds of what is written, in bytes. Output beyond them is replaced or cut with
// a note; the ledger and the run's folder keep more.
const (
	MaxStream  = 1 << 20  // each of stdout and stderr: more makes a browser crawl
	MaxValue   = 16 << 20 // one representation of one display
	MaxOutputs = 64 << 20 // all displays and figures together
	MaxCount   = 500      // displays and figures
)

type document struct {
	Cells         []any          `json:"cells"`
	Metadata      map[string]any `json:"metadata"`
	NBFormat      int            `json:"nbformat"`
	NBFormatMinor int            `json:"nbformat_minor"`
}

type markdownCell struct {
	Type     string         `json:"cell_type"`
	ID       string         `json:"id"`
	Metadata map[string]any `json:"metadata"`
	Source   string         `json:"source"`
}

// codeCell holds its source and outputs as whole strings, not as lists of lines:
// redaction must see a secret that spans lines.
type codeCell struct {
	Type     string         `json:"cell_type"`
	Count    *int           `json:"execution_count"` // null: nothing ran
	ID       string         `json:"id"`
	Metadata map[string]any `json:"metadata"`
	Outputs  []any          `json:"outputs"`
	Source   string         `json:"source"`
}

// Encode returns the notebook of a run, with secrets redacted; secrets may be nil.
// The same arguments give the same bytes. It keeps nothing of its arguments and is
// safe for concurrent use.
func Encode(s *interlock.Submission, r *interlock.Result, secrets *redact.Redactor) ([]byte, error) {
	hide := redaction{secrets}
	decision, source := decisionCell(s, r), sourceCell(s, r)
	doc := document{Metadata: hide.metadata(metadata(s, r)), NBFormat: 4, NBFormatMinor: 5}
	decision.Source, decision.Metadata = hide.text(decision.Source), hide.metadata(decision.Metadata)
	source.Source = hide.text(source.Source)
	hide.outputs(source.Outputs)
	doc.Cells = []any{decision, source}
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", " ")
	if err := e.Encode(doc); err != nil {
		return nil, fmt.Errorf("encoding the notebook of run %s: %w", r.ID, err)
	}
	return b.Bytes(), nil
}

func metadata(s *interlock.Submission, r *interlock.Result) map[string]any {
	return map[string]any{
		"kernelspec":    map[string]any{"name": "python3", "display_name": "Python 3", "language": "python"},
		"language_info": map[string]any{"name": "python", "file_extension": ".py", "mimetype": "text/x-python"},
		"interlock": map[string]any{
			"schema": 1, "run": r.ID, "name": s.Name, "status": r.Status, "mode": r.Mode,
			"effect": r.Decision.Effect, "source_sha256": interlock.SourceDigest(s.Source),
		},
	}
}

func decisionCell(s *interlock.Submission, r *interlock.Result) markdownCell {
	return markdownCell{Type: "markdown", ID: cellID("decision", r.ID), Source: markdown(s, r),
		Metadata: map[string]any{"interlock": map[string]any{"decision": r.Decision}}}
}

func sourceCell(s *interlock.Submission, r *interlock.Result) codeCell {
	outputs, claimed := outputs(r)
	c := codeCell{Type: "code", ID: cellID("source", r.ID), Source: text(s.Source), Outputs: outputs,
		Metadata: map[string]any{"interlock": map[string]any{"claimed_outputs": claimed}}}
	if r.Observed.Started {
		one := 1
		c.Count = &one
	}
	return c
}

const maxID = 64 // nbformat's

// cellID is unique in one notebook and, with the run's id, across notebooks that
// a person merges. nbformat allows letters, digits, - and _.
func cellID(part, run string) string {
	id := strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r == '-' || r == '_' {
			return r
		}
		return '-'
	}, part+"-"+run)
	return id[:min(len(id), maxID)]
}

func text(b []byte) string { return strings.ToValidUTF8(string(b), "\ufffd") }

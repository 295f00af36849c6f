package sandbox

import (
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"github.com/interlock-run/interlock"
)

// The runner's protocol: four bytes of length, big-endian, then one JSON object
// whose "t" names its kind. package interlock_runner is the other end.
//
//	runner ─ ready ─▶ supervisor ─ run ─▶ runner ─ display* denied* error? figure* results? end ─▶
//
// Every frame is a claim: user code can write to the socket. Frames are bounded
// in size, number and depth, and an impossible one only ends the reading.
const (
	maxFrame   = 16 << 20
	maxClaims  = 64 << 20 // bytes of all frames of a run
	maxOutputs = 1000
	maxFigures = 100
	maxDenied  = 200
)

type job struct {
	T       string           `json:"t"`
	Name    string           `json:"name"`
	Path    string           `json:"path"`
	Source  string           `json:"source"`
	Argv    []string         `json:"argv"`
	Folder  string           `json:"folder"`
	Guards  interlock.Guards `json:"guards"`
	Local   []string         `json:"local_modules"`
	Pinned  []pin            `json:"pinned"`
	Limits  map[string]int64 `json:"limits"`
	Version int              `json:"version"`
}

// pin is a file whose content must be what was analysed, whatever happens to the
// script's folder meanwhile: the runner writes it before it runs the code.
type pin struct {
	Path   string `json:"path"`
	Source string `json:"source"`
}

type frame struct {
	T         string                     `json:"t"`
	Version   string                     `json:"version"`
	Kind      string                     `json:"kind"`
	Data      map[string]json.RawMessage `json:"data"`
	Metadata  map[string]json.RawMessage `json:"metadata"`
	JSON      json.RawMessage            `json:"json"`
	Name      string                     `json:"name"`
	Message   string                     `json:"message"`
	Traceback []string                   `json:"traceback"`
	Line      int                        `json:"line"`
	Syntax    bool                       `json:"syntax"`
	Rule      string                     `json:"rule"`
}

func writeFrame(w io.Writer, v any) error {
	body, err := json.Marshal(v)
	if err != nil {
		return fmt.Errorf("encoding the run frame: %w", err)
	}
	head := binary.BigEndian.AppendUint32(make([]byte, 0, 4+len(body)), uint32(len(body)))
	_, err = w.Write(append(head, body...))
	return err
}

var errFrameTooLarge = errors.New("a frame of the run is larger than the limit")

func readFrame(r io.Reader) (frame, int, error) {
	var head [4]byte
	if _, err := io.ReadFull(r, head[:]); err != nil {
		return frame{}, 0, err
	}
	n := int(binary.BigEndian.Uint32(head[:]))
	if n > maxFrame {
		return frame{}, n, errFrameTooLarge
	}
	body := make([]byte, n)
	if _, err := io.ReadFull(r, body); err != nil {
		return frame{}, n, err
	}
	var f frame
	return f, n, json.Unmarshal(body, &f)
}

// claims collects frames until the other end closes or misbehaves.
func claims(r io.Reader) interlock.Claims {
	var c interlock.Claims
	for total := 0; total < maxClaims; {
		f, n, err := readFrame(r)
		if err != nil {
			break
		}
		total += n
		take(&c, f)
	}
	_, _ = io.Copy(io.Discard, r) // never let the run block on us
	return c
}

func take(c *interlock.Claims, f frame) {
	out := interlock.Output{Kind: f.Kind, Data: f.Data, Metadata: f.Metadata}
	switch f.T {
	case "display":
		if out.Kind != "execute_result" {
			out.Kind = "display_data"
		}
		if len(c.Outputs) < maxOutputs {
			c.Outputs = append(c.Outputs, out)
		}
	case "figure":
		out.Kind = "display_data"
		if len(c.Figures) < maxFigures {
			c.Figures = append(c.Figures, out)
		}
	case "results":
		c.Results = f.JSON
	case "error":
		c.Error = &interlock.Raised{Name: f.Name, Message: f.Message, Traceback: f.Traceback, Line: f.Line, Syntax: f.Syntax}
	case "denied":
		if len(c.Denied) < maxDenied {
			c.Denied = append(c.Denied, interlock.Denied{Rule: f.Rule, Name: f.Name, Message: f.Message, Line: f.Line})
		}
	}
}

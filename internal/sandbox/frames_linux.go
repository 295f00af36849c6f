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
//	runner ─ ready ─▶ supervisor ─ run ─▶ runner ─ display* denied* cut* error? figure* results? end ─▶
//
// Every frame is a claim: user code can write to the socket. Frames are bounded
// in size, number and depth, and an impossible one only ends the reading.

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

// frame is what the runner sends. What can be large in number stays text until
// somebody who bounds the number reads it.
type frame struct {
	T         string          `json:"t"`
	Version   string          `json:"version"`
	Kind      string          `json:"kind"`
	Data      json.RawMessage `json:"data"`
	Metadata  json.RawMessage `json:"metadata"`
	JSON      json.RawMessage `json:"json"`
	Name      string          `json:"name"`
	Message   string          `json:"message"`
	Traceback json.RawMessage `json:"traceback"`
	Line      int             `json:"line"`
	Errno     int             `json:"errno"`
	Syntax    bool            `json:"syntax"`
	Rule      string          `json:"rule"`
	Limit     string          `json:"limit"`
	Count     int             `json:"count"`
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

var errNoFrame = errors.New("what came on the runner's channel is no frame, or a larger one than may be")

// readFrame reads one frame of at most most bytes and returns its size.
func readFrame(r io.Reader, most int) (frame, int, error) {
	var head [4]byte
	if _, err := io.ReadFull(r, head[:]); err != nil {
		return frame{}, 0, err
	}
	n := int(binary.BigEndian.Uint32(head[:]))
	if n > most {
		return frame{}, n, errNoFrame
	}
	body := make([]byte, n)
	if _, err := io.ReadFull(r, body); err != nil {
		return frame{}, n, err
	}
	var f frame
	if err := json.Unmarshal(body, &f); err != nil {
		return f, n, fmt.Errorf("%w: %w", errNoFrame, err)
	}
	return f, n, nil
}

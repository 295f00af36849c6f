package cli

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/interlock-run/interlock"
	"github.com/interlock-run/interlock/internal/ledger"
)

// maxBrief is how much of an entry's body one line shows.
const maxBrief = 160

// gist is what a person looks for first in the bodies of the commonest kinds. JSON has all of it.
type gist struct {
	Name, Folder, Description string   // submission
	Args                      []string // submission
	Effect, Mode              string   // decision
	Reasons                   []interlock.Reason
	Level                     string // start
	Status                    string // end, put_end
	WallMS                    int64  `json:"wall_ms"`
	Error                     *struct{ Message string }
	Channel                   string // put, put_end
	Old, New                  interlock.ChannelValue
	Message                   string
}

// briefly is the body of e in one line: in words where its kind has them, else as it is.
func briefly(e ledger.Entry) string {
	var b gist
	if err := json.Unmarshal(e.Body, &b); err != nil {
		return brief(string(e.Body), maxBrief)
	}
	words := b.words(e.Kind)
	if words == "" {
		words = string(e.Body)
	}
	return brief(words, maxBrief)
}

func (b *gist) words(kind interlock.RecordKind) string {
	switch { // the other kinds are shown as they are
	case kind == interlock.RecordSubmission:
		return strings.Join(kept(b.Name, strings.Join(b.Args, " "), from(b.Folder), b.Description), "  ")
	case kind == interlock.RecordDecision:
		return b.decision()
	case kind == interlock.RecordStart:
		return b.Level
	case kind == interlock.RecordEnd:
		text := fmt.Sprintf("%s after %d ms", b.Status, b.WallMS)
		if b.Error != nil {
			text += ": " + b.Error.Message
		}
		return text
	case kind == interlock.RecordPut, kind == interlock.RecordPutEnd:
		return strings.Join(kept(fmt.Sprintf("%s: %s, was %s", b.Channel, b.New, b.Old), b.Status, b.Message), "  ")
	case kind == interlock.RecordPutRefused, kind == interlock.RecordDenial:
		return b.Message
	}
	return ""
}

// decision is the effect, and the first reason that there is for it.
func (b *gist) decision() string {
	text := b.Effect + ", mode " + b.Mode
	for _, r := range b.Reasons {
		if r.Effect.String() == b.Effect {
			text += ": " + r.Message
			if r.Source.Line > 0 {
				text += fmt.Sprintf(" (line %d)", r.Source.Line)
			}
			if more := len(b.Reasons) - 1; more > 0 {
				text += fmt.Sprintf(", and %d more", more)
			}
			break
		}
	}
	return text
}

func from(folder string) string {
	if folder == "" {
		return ""
	}
	return "in " + folder
}

// kept are the words that say something.
func kept(words ...string) (said []string) {
	for _, w := range words {
		if w != "" {
			said = append(said, w)
		}
	}
	return said
}

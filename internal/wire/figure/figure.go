// Package figure reads a figure that a run reported: a PNG as base64 and, where
// the run drew one, an SVG as text.
//
// All of it is a claim of user code. A figure that does not have this form is
// none, and that says nothing about the host: whoever keeps figures leaves it out
// and says so. It judges form only: nothing here opens the bytes as images.
package figure

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/interlock-run/interlock"
)

// Max bounds the figures of one run; the ledger's copy of the output has no more.
const Max = 500

// The representations of a figure.
const (
	PNG = "image/png"
	SVG = "image/svg+xml"
)

// Files are the bytes of one figure. SVG is nil where the run drew none.
type Files struct{ PNG, SVG []byte }

// Decode returns the bytes of o, or in words why it is no figure.
func Decode(o interlock.Output) (Files, error) {
	raw, ok := o.Data[PNG]
	if !ok {
		return Files{}, errors.New("it has no " + PNG)
	}
	png, err := Binary(PNG, raw)
	if err != nil {
		return Files{}, err
	}
	f := Files{PNG: png}
	if raw, ok := o.Data[SVG]; ok {
		svg, err := text(SVG, raw)
		if err != nil {
			return Files{}, err
		}
		f.SVG = []byte(svg)
	}
	return f, nil
}

// Dropped says in words which of a run's figures are not kept, and why.
func Dropped(figures []interlock.Output) (words []string) {
	for i, o := range figures[:min(len(figures), Max)] {
		if _, err := Decode(o); err != nil {
			words = append(words, fmt.Sprintf("figure %d: %v", i+1, err))
		}
	}
	if more := len(figures) - Max; more > 0 {
		words = append(words, fmt.Sprintf("figures: %d more than the %d that are kept", more, Max))
	}
	return words
}

// Image judges one representation of any display: that of an image must be text,
// and base64 where images of its kind are binary. What is no image passes.
func Image(mime string, raw json.RawMessage) error {
	switch {
	case !strings.HasPrefix(mime, "image/"):
		return nil
	case mime == SVG:
		_, err := text(mime, raw)
		return err
	}
	_, err := Binary(mime, raw)
	return err
}

// Binary decodes a representation that is base64, with or without line feeds.
func Binary(mime string, raw json.RawMessage) ([]byte, error) {
	coded, err := text(mime, raw)
	if err != nil {
		return nil, err
	}
	data, err := base64.StdEncoding.DecodeString(coded) // which ignores newlines
	switch {
	case err != nil:
		return nil, fmt.Errorf("its %s is not base64", mime)
	case len(data) == 0:
		return nil, fmt.Errorf("its %s is empty", mime)
	}
	return data, nil
}

// text reads a string or a list of strings, as in a notebook. Pointers, because
// Go reads null as an empty string.
func text(mime string, raw json.RawMessage) (string, error) {
	var one *string
	if json.Unmarshal(raw, &one) == nil && one != nil {
		return *one, nil
	}
	var lines []*string
	if json.Unmarshal(raw, &lines) != nil || lines == nil {
		return "", fmt.Errorf("its %s is not text", mime)
	}
	var all strings.Builder
	for _, l := range lines {
		if l == nil {
			return "", fmt.Errorf("its %s is not text", mime)
		}
		all.WriteString(*l)
	}
	return all.String(), nil
}

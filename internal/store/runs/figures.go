package runs

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/interlock-run/interlock"
)

// maxFigures bounds the files of one run; the ledger's copy of the output has no more.
const maxFigures = 500

// writeFigures writes each figure as PNG and SVG, whichever it has, and returns
// the paths in the order of the figures. The bytes are claims: nothing here
// opens them as images.
func writeFigures(dir string, figures []interlock.Output) ([]string, error) {
	if len(figures) == 0 {
		return nil, nil
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("making the folder of figures: %w", err)
	}
	var paths []string
	var faults []error
	for i, f := range figures[:min(len(figures), maxFigures)] {
		for _, form := range forms {
			data, err := form.bytes(f)
			if data == nil && err == nil {
				continue
			}
			path := filepath.Join(dir, fmt.Sprintf("figure-%d.%s", i+1, form.ext))
			if err == nil {
				err = os.WriteFile(path, data, 0o600)
			}
			if err != nil {
				faults = append(faults, fmt.Errorf("writing %s: %w", path, err))
				continue
			}
			paths = append(paths, path)
		}
	}
	return paths, errors.Join(faults...)
}

type form struct {
	mime, ext string
	base64    bool
}

var forms = [...]form{{"image/png", "png", true}, {"image/svg+xml", "svg", false}}

// bytes returns nil where the figure does not have this form. A value may be a
// string or a list of strings, as in a notebook.
func (f form) bytes(o interlock.Output) ([]byte, error) {
	raw, ok := o.Data[f.mime]
	if !ok {
		return nil, nil
	}
	var text string
	if err := json.Unmarshal(raw, &text); err != nil {
		var lines []string
		if json.Unmarshal(raw, &lines) != nil {
			return nil, fmt.Errorf("the run reported a figure whose %s is not text", f.mime)
		}
		text = strings.Join(lines, "")
	}
	if !f.base64 {
		return []byte(text), nil
	}
	data, err := base64.StdEncoding.DecodeString(text) // which ignores newlines
	if err != nil {
		return nil, fmt.Errorf("the run reported a figure whose %s is not base64: %w", f.mime, err)
	}
	return data, nil
}

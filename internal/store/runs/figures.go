package runs

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/interlock-run/interlock"
	"github.com/interlock-run/interlock/internal/wire/figure"
)

// writeFigures writes each figure as PNG and, where it has one, as SVG, and
// returns the paths in the order of the figures. What is no figure is a claim to
// leave out, never a fault of the host: result.json names it (observed.dropped).
func writeFigures(dir string, figures []interlock.Output) ([]string, error) {
	var paths []string
	var faults []error
	for i, o := range figures[:min(len(figures), figure.Max)] {
		f, err := figure.Decode(o)
		if err != nil {
			continue
		}
		if err := os.MkdirAll(dir, 0o700); err != nil {
			return nil, fmt.Errorf("making the folder of figures: %w", err)
		}
		written, err := writeFigure(filepath.Join(dir, fmt.Sprintf("figure-%d", i+1)), f)
		paths, faults = append(paths, written...), append(faults, err)
	}
	return paths, errors.Join(faults...)
}

// writeFigure writes the SVG only beside a PNG that is there.
func writeFigure(stem string, f figure.Files) (paths []string, err error) {
	for _, file := range []struct {
		path string
		data []byte
	}{{stem + ".png", f.PNG}, {stem + ".svg", f.SVG}} {
		if file.data == nil {
			continue
		}
		if err := os.WriteFile(file.path, file.data, 0o600); err != nil {
			return paths, fmt.Errorf("writing %s: %w", file.path, err)
		}
		paths = append(paths, file.path)
	}
	return paths, nil
}

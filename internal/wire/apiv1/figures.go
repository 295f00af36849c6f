package apiv1

import (
	"path/filepath"
	"strings"
)

// figures pairs the files of a run's figures, which stand in the order of the
// figures, by their name without the extension.
func figures(files []string) []Figure {
	out := []Figure{}
	last := ""
	for _, f := range files {
		ext := filepath.Ext(f)
		if stem := strings.TrimSuffix(f, ext); stem != last || len(out) == 0 {
			out, last = append(out, Figure{}), stem
		}
		switch ext {
		case ".png":
			out[len(out)-1].PNG = f
		case ".svg":
			out[len(out)-1].SVG = f
		}
	}
	return out
}

package apiv1

import (
	"path/filepath"
	"slices"
	"strings"
)

// figures pairs the files of a run's figures, which stand in the order of the
// figures, by their name without the extension. A figure without a PNG is none.
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
	return slices.DeleteFunc(out, func(f Figure) bool { return f.PNG == "" })
}

package daemon

import (
	"errors"
	"fmt"

	"github.com/interlock-run/interlock/internal/analysis"
	"github.com/interlock-run/interlock/internal/wire/strictyaml"
)

// tables reads the site's own tables of libraries: those in Etc, which bind; else
// those that configured names; else those beside the user's configuration.
func (s Sources) tables(configured, configPath string) (*analysis.Site, error) {
	binding, err := existing(s.Etc, "tables")
	if err != nil {
		return nil, err
	}
	dir := configured
	switch {
	case binding != "" && configured != "" && configured != binding:
		return nil, configError("tables_bind", fmt.Sprintf("%s binds on this machine, and %s names other tables, %s", binding, configPath, configured),
			"leave analysis.tables out; the operator of this machine can add to "+binding, nil)
	case binding != "":
		dir = binding
	case configured != "":
		found, err := existing(configured, ".")
		if err != nil {
			return nil, err
		}
		if found == "" {
			return nil, configError("tables_missing", fmt.Sprintf("%s names the tables in %s, and there is no such folder", configPath, configured),
				"make the folder, or leave analysis.tables out", nil)
		}
	default:
		if own := s.ConfigDir(); own != "" {
			dir = own + "/tables"
		}
	}
	site, err := analysis.LoadSite(dir)
	var faults strictyaml.Faults
	switch {
	case errors.As(err, &faults):
		return nil, configError("tables_invalid", fmt.Sprintf("the site's tables of libraries are not in order:\n%s", faults.Error()),
			"correct the file; tables/README.md of the analysis explains each key", nil)
	case err != nil:
		return nil, configError("tables_unreadable", err.Error(), "a table must be a file that only root or you may write", nil)
	}
	return site, nil
}

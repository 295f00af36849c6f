package ledger

import (
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"slices"
	"strings"
)

// SweepClaims removes what dead processes left in running/ and returns the runs
// that they had claimed. Each of those is interrupted: its start is recorded or
// was about to be, and what it did is not known. Claims of live processes stay.
func (l *Ledger) SweepClaims() ([]string, error) { return l.claims.sweep() }

func (c *claims) sweep() (dead []string, err error) {
	items, err := os.ReadDir(c.dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("listing claimed runs: %w", err)
	}
	for _, item := range items {
		name, ok := strings.CutPrefix(item.Name(), "run-")
		run, bad := url.PathUnescape(name)
		if !ok || bad != nil {
			continue
		}
		live, err := c.live(run)
		if err != nil {
			return dead, err
		}
		if !live {
			dead = append(dead, run)
		}
	}
	slices.Sort(dead)
	return dead, nil
}

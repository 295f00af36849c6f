package sqlite

import (
	"context"
	"database/sql"
	"fmt"
	"strings"
)

// Astray implements [ledger.Snapshot]. The chain is over the rows, and read by
// their numbers; a query goes by an index, and an append by what the schema says.
// So an index without some of its rows would hide a run from who asks for it, and
// a trigger of somebody else's would lose what is appended next.
func (v snapshot) Astray(ctx context.Context) (found []string, err error) {
	ours, err := steps()
	if err != nil {
		return nil, err
	}
	schema := strings.Join(ours, "\n")
	type object struct{ kind, name, text string }
	objects := scan(ctx, v, "SELECT type, name, sql FROM sqlite_schema WHERE sql IS NOT NULL", nil, func(rows *sql.Rows, o *object) error {
		return rows.Scan(&o.kind, &o.name, &o.text)
	})
	for o, err := range objects {
		if err != nil {
			return nil, err
		}
		if !strings.Contains(schema, o.text) {
			found = append(found, fmt.Sprintf("the %s %q is not as this program makes it", o.kind, o.name))
		}
	}
	for words, err := range scan(ctx, v, "PRAGMA integrity_check(20)", nil, func(rows *sql.Rows, s *string) error { return rows.Scan(s) }) {
		if err != nil {
			return found, err
		}
		if words != "ok" {
			found = append(found, words)
		}
	}
	return found, nil
}

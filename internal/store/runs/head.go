package runs

import (
	"encoding/json"
	"errors"
	"io"
	"os"
	"strings"
)

// head is what a list shows of a result.
type head struct{ Name, Status, Mode string }

// headOf reads it from a result.json, and no further than it must: code chooses how large
// the rest is, and a list has many. A file that lost its end is an error.
func headOf(path string) (h head, err error) {
	f, err := os.Open(path)
	if err != nil {
		return h, err
	}
	defer f.Close()
	if err := whole(f); err != nil {
		return h, err
	}
	wanted := map[string]*string{"name": &h.Name, "status": &h.Status, "mode": &h.Mode}
	dec := json.NewDecoder(f)
	if t, err := dec.Token(); err != nil || t != json.Delim('{') {
		return h, errors.Join(errors.New("it is no object"), err)
	}
	for len(wanted) > 0 && dec.More() {
		key, err := dec.Token()
		if err != nil {
			return h, err
		}
		var other json.RawMessage
		var to any = &other
		if name, ok := key.(string); ok && wanted[name] != nil {
			to = wanted[name]
			delete(wanted, name)
		}
		if err := dec.Decode(to); err != nil {
			return h, err
		}
	}
	return h, nil
}

// whole reports why f does not end as an object does.
func whole(f *os.File) error {
	info, err := f.Stat()
	if err != nil {
		return err
	}
	tail := make([]byte, min(info.Size(), 2))
	if _, err := f.ReadAt(tail, info.Size()-int64(len(tail))); err != nil && !errors.Is(err, io.EOF) {
		return err
	}
	if !strings.HasSuffix(strings.TrimSuffix(string(tail), "\n"), "}") {
		return errors.New("it has lost its end")
	}
	return nil
}

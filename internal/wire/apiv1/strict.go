package apiv1

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"reflect"
	"strings"
)

// decodeStrict reads one flat JSON object into the struct that v points to. It
// refuses what encoding/json lets through: keys in another case, keys given
// twice, unknown keys, text that is not UTF-8, anything after the object.
func decodeStrict(b []byte, v any) error {
	known := map[string]bool{}
	t := reflect.TypeOf(v).Elem()
	for i := range t.NumField() {
		name, _, _ := strings.Cut(t.Field(i).Tag.Get("json"), ",")
		known[name] = true
	}
	if err := keysOf(b, known); err != nil {
		return err
	}
	d := json.NewDecoder(bytes.NewReader(b))
	d.DisallowUnknownFields()
	if err := d.Decode(v); err != nil {
		return err
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return errors.New("something follows the object")
	}
	return nil
}

// keysOf checks the keys of the outermost object. Objects below it have none that
// a struct of this package would take.
func keysOf(b []byte, known map[string]bool) error {
	if !bytes.HasPrefix(bytes.TrimLeft(b, " \t\r\n"), []byte("{")) {
		return errors.New("it is not a JSON object")
	}
	d := json.NewDecoder(bytes.NewReader(b))
	if _, err := d.Token(); err != nil {
		return err
	}
	seen := map[string]bool{}
	for d.More() {
		token, err := d.Token()
		if err != nil {
			return err
		}
		key, ok := token.(string)
		switch {
		case !ok:
			return errors.New("it is not a JSON object")
		case !known[key]:
			return fmt.Errorf("unknown key %q", key)
		case seen[key]:
			return fmt.Errorf("key %q is given twice", key)
		}
		seen[key] = true
		var skipped json.RawMessage
		if err := d.Decode(&skipped); err != nil {
			return err
		}
		if string(skipped) == "null" {
			return fmt.Errorf("key %q is null: leave it out", key)
		}
	}
	_, err := d.Token()
	return err
}

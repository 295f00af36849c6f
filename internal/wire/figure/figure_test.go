package figure_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/interlock-run/interlock"
	"github.com/interlock-run/interlock/internal/wire/figure"
)

func of(png, svg string) interlock.Output {
	o := interlock.Output{Data: map[string]json.RawMessage{}}
	for mime, v := range map[string]string{figure.PNG: png, figure.SVG: svg} {
		if v != "" {
			o.Data[mime] = json.RawMessage(v)
		}
	}
	return o
}

func TestDecode(t *testing.T) {
	f, err := figure.Decode(of(`["UE5", "H\n"]`, `["<svg>", "</svg>"]`))
	if err != nil || string(f.PNG) != "PNG" || string(f.SVG) != "<svg></svg>" {
		t.Errorf("%q, %v", f, err)
	}
	if f, err = figure.Decode(of(`"UE5H"`, "")); err != nil || string(f.PNG) != "PNG" || f.SVG != nil {
		t.Errorf("%q, %v", f, err)
	}
	for want, o := range map[string]interlock.Output{
		"no image/png": of("", `"<svg/>"`), "not base64": of(`"%%%"`, ""), "is empty": of(`""`, ""),
		"image/svg+xml is not text": of(`"UE5H"`, `{}`), "image/png is not text": of(`null`, ""), "png is not text": of(`["UE5H", null]`, ""),
	} {
		if f, err := figure.Decode(o); err == nil || !strings.Contains(err.Error(), want) || f.PNG != nil {
			t.Errorf("want %q, got %q, %v", want, f, err)
		}
	}
}

func TestDroppedNamesEach(t *testing.T) {
	good, bad := of(`"UE5H"`, ""), of(`"%"`, "")
	if got, want := figure.Dropped([]interlock.Output{good, bad}), []string{"figure 2: its image/png is not base64"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	if got := figure.Dropped(slices.Repeat([]interlock.Output{good}, figure.Max+2)); len(got) != 1 || !strings.Contains(got[0], "2 more") {
		t.Errorf("got %q", got)
	}
}

package e2e

import (
	"bufio"
	"embed"
	"encoding/json"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/interlock-run/interlock"
	"github.com/interlock-run/interlock/internal/gateway/gatewaytest"
	"github.com/interlock-run/interlock/internal/wire/apiv1"
)

//go:embed testdata/rehearsal
var rehearsals embed.FS

const rehearsalPolicy = `version: 1
extends: scientific
control_system:
  epics:
    read: {allow: ["T:*"]}
    write:
      channels:
        - {match: "T:*:AO", min: -5, max: 5, max_step: 4}
        - {match: "T:*:LONG", min: 0, max: 100, budget: 3, verify: readback}
        - {match: "T:*:MBB", states: [Zero, One]}
        - {match: "T:*:BOOL"}
        - {match: "T:*:STR"}
        - {match: "T:*:SMALL", min: -10, max: 10}
approval: {write_access: {required: false}}
`

// The values are not in the code, so that no analysis refuses those past a limit: of
// the numbers, the fourth is past the most and the fifth a step too far.
const rehearsalValues = `{"numbers": [1.0, 2.5, -1.0, 6.0, 3.5, 0.25], "states": ["One", "Two", 0, 2, "Nil", 1], "texts": ["0x64", "", "a text"], "arrays": [[1, 2, 3, 4], [5, 6], [1, 11], [-1.5, 0, 0, 0]]}`

// TestRehearsalEqualsTheRun: N3: with each client library, the puts that a rehearsal
// held back are those of the run whose puts are sent, in their order, with their old
// values, and what was refused was refused in the same words as often; in the result
// and in the ledger. Where no other channel was read the rehearsal promises that, and
// the code printed the same.
func TestRehearsalEqualsTheRun(t *testing.T) {
	source, err := rehearsals.ReadFile("testdata/rehearsal/ioc.py")
	if err != nil {
		t.Fatal(err)
	}
	ioc := gatewaytest.StartIOC(t, "T", string(source))
	scripts, err := rehearsals.ReadDir("testdata/rehearsal")
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range scripts {
		library := strings.TrimSuffix(s.Name(), ".py")
		if library == "ioc" {
			continue
		}
		code, err := rehearsals.ReadFile("testdata/rehearsal/" + s.Name())
		if err != nil {
			t.Fatal(err)
		}
		t.Run(library, func(t *testing.T) {
			t.Parallel()
			all := strings.ReplaceAll(string(code), "@", "T:"+library)
			one, _, more := strings.Cut(all, "# --- other channels\n")
			rehearsed(t, ioc, one+ending(library), true)
			if more {
				rehearsed(t, ioc, all, false)
			}
		})
	}
}

// ending is what a script lacks that is cut before its other channels.
func ending(library string) string {
	if library == "aioca" {
		return "\nasyncio.run(main())\n"
	}
	return ""
}

// rehearsed rehearses code and then runs it. alone says that it reads no channel but
// the one that it puts to.
func rehearsed(t *testing.T, ioc *gatewaytest.IOC, code string, alone bool) {
	p := &plant{t: t, ioc: ioc, home: t.TempDir(), env: filepath.Dir(filepath.Dir(gatewaytest.Python(t)))}
	p.write("policy.yaml", rehearsalPolicy)
	p.write("config.yml", fmt.Sprintf("execution_control: {epics: {writes_enabled: true}}\ncontrol_system: {epics: {channel_access: {address_list: [\"127.0.0.1:%d\"]}, pv_access: {address_list: [\"127.0.0.1:%d\"]}}}\n", ioc.CA, ioc.PVA))
	in := p.write("values.json", rehearsalValues)
	held, sent := p.run(code, "--stdin", in, "--rehearse"), p.run(code, "--stdin", in)
	for _, r := range []*apiv1.Run{held, sent} {
		if r.Status != "succeeded" || len(r.Puts) == 0 || len(r.Refused) == 0 {
			t.Fatalf("%s, %d puts, %d refused: %+v\n%s%s", r.Status, len(r.Puts), len(r.Refused), r.Error, r.Stdout, r.Stderr)
		}
	}
	if !held.Rehearsed || sent.Rehearsed || held.DependsOnHeldPut && alone {
		t.Errorf("rehearsed: %v, %v; depends: %v", held.Rehearsed, sent.Rehearsed, held.DependsOnHeldPut)
	}
	if a, b := putsOf(held, "held"), putsOf(sent, "done"); !slices.Equal(a, b) {
		t.Errorf("held:\n%s\nsent:\n%s", strings.Join(a, "\n"), strings.Join(b, "\n"))
	}
	if a, b := refusalsOf(held), refusalsOf(sent); !slices.Equal(a, b) {
		t.Errorf("the rehearsal refused\n%s\nand the run\n%s", strings.Join(a, "\n"), strings.Join(b, "\n"))
	}
	if held.Stdout != sent.Stdout {
		t.Errorf("the rehearsal says\n%s\nand the run\n%s", held.Stdout, sent.Stdout)
	}
	a, b := p.recorded(held.ID), p.recorded(sent.ID)
	if !slices.Equal(a, b) {
		t.Errorf("the ledger has of the rehearsal\n%s\nand of the run\n%s", strings.Join(a, "\n"), strings.Join(b, "\n"))
	}
	if want := len(putsOf(held, "held")) + len(held.Refused); len(a) != want {
		t.Errorf("the ledger has %d puts and refusals, and the result %d", len(a), want)
	}
}

// putsOf are the puts of a result that were not refused, all of which have to have the
// status.
func putsOf(r *apiv1.Run, status string) (list []string) {
	for _, p := range r.Puts {
		switch p.Status {
		case "refused":
		case status:
			list = append(list, fmt.Sprintf("%d %s %s %s -> %s", p.N, p.Protocol, p.Channel, p.Old, p.Value))
		default:
			list = append(list, fmt.Sprintf("%+v", p))
		}
	}
	return list
}

func refusalsOf(r *apiv1.Run) (list []string) {
	for _, n := range r.Refused {
		list = append(list, fmt.Sprintf("%s %s %d %s", n.Kind, n.Violation, n.Count, n.Message))
	}
	return list
}

// recorded are the puts of a run in the ledger, whether held back or sent, and then
// what was refused.
func (p *plant) recorded(id string) (list []string) {
	p.t.Helper()
	var refused []string
	_, out, _ := p.interlock("ledger", "query", "--run", id, "--limit", "0", "--format", "json")
	lines := bufio.NewScanner(strings.NewReader(out))
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		var record struct {
			Kind interlock.RecordKind
			Body json.RawMessage
		}
		if err := json.Unmarshal(lines.Bytes(), &record); err != nil {
			p.t.Fatal(err)
		}
		switch record.Kind {
		case interlock.RecordPut, interlock.RecordPutEnd:
			var put interlock.Put
			if err := json.Unmarshal(record.Body, &put); err != nil {
				p.t.Fatal(err)
			}
			if record.Kind == interlock.RecordPut || put.Status == interlock.PutHeld {
				list = append(list, fmt.Sprint(put.N, " ", put.Channel, " ", put.Old, " -> ", put.New))
			}
		case interlock.RecordPutRefused:
			var n interlock.Refusal
			if err := json.Unmarshal(record.Body, &n); err != nil {
				p.t.Fatal(err)
			}
			refused = append(refused, n.Message)
		}
	}
	return append(list, refused...)
}

package apiv1

import (
	"encoding/json"
	"math"
	"strconv"
	"time"

	"github.com/interlock-run/interlock"
)

// puts are what a run put, had held back, or was refused to put: first what the
// gateway let through, in its order, then what it refused, then what a client library
// refused itself, as the runner told of it.
func puts(r *interlock.Result) []Put {
	out := []Put{}
	for _, p := range r.Observed.Equipment.Puts {
		out = append(out, Put{N: p.N, Limits: text(p.Limits), Channel: text(p.Channel), Field: text(p.Field), Protocol: p.Protocol, Value: plain(p.New), Old: plain(p.Old), Readback: plain(p.ReadBack),
			Status: putWord(p.Status), Reason: text(p.Message), Line: r.Facts.WriteOf(p.Channel).Line, At: p.At.UTC().Format(time.RFC3339Nano), SeenBy: "gateway"})
	}
	for _, n := range r.Observed.Refused {
		if n.Kind == "put" {
			out = append(out, Put{Channel: text(n.What), Value: plain(interlock.ChannelValue{}), Old: plain(interlock.ChannelValue{}), Readback: plain(interlock.ChannelValue{}),
				Status: "refused", Violation: string(n.Violation), Reason: text(n.Message), Line: r.Facts.WriteOf(n.What).Line, SeenBy: n.SeenBy})
		}
	}
	for _, d := range r.Claims.Denied { // libca does not send what it may not: the code alone knows of it
		if d.Rule == putRule {
			out = append(out, Put{Channel: text(d.Name), Value: plain(interlock.ChannelValue{}), Old: plain(interlock.ChannelValue{}), Readback: plain(interlock.ChannelValue{}),
				Status: "refused", Reason: text(d.Message), Line: d.Line, SeenBy: "claimed"})
		}
	}
	for i := range out {
		out[i].Requested = out[i].Value
	}
	return out
}

// putRule is the rule by which the runner tells of a refused put.
const putRule = "control_system.epics.write"

// HeldPuts are the puts of a rehearsal, in their order.
func HeldPuts(e interlock.Equipment) []Put {
	return puts(&interlock.Result{Observed: interlock.Observed{Equipment: e}})
}

func putWord(s interlock.PutStatus) string {
	switch s {
	case interlock.PutSent, interlock.PutConfirmed, interlock.PutVerified:
		return "done"
	case interlock.PutUnknown:
		return "unknown"
	case interlock.PutHeld, interlock.PutFailed:
		return string(s)
	}
	return "unknown"
}

// plain is a value as JSON has it: a number, a text or a list. What JSON has no word
// for is a text; null is no value.
func plain(v interlock.ChannelValue) json.RawMessage {
	var list []any
	for i := range v.Len() {
		switch {
		case i < len(v.Numbers) && (math.IsNaN(v.Numbers[i]) || math.IsInf(v.Numbers[i], 0)):
			list = append(list, strconv.FormatFloat(v.Numbers[i], 'g', -1, 64))
		case i < len(v.Numbers):
			list = append(list, v.Numbers[i])
		default:
			list = append(list, text(v.Texts[i]))
		}
	}
	one := any(list)
	if !v.Array {
		one = nil
		if len(list) == 1 {
			one = list[0]
		}
	}
	b, err := json.Marshal(one)
	if err != nil {
		return json.RawMessage("null")
	}
	return b
}

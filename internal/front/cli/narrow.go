package cli

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"github.com/interlock-run/interlock"
)

// parseTolerance reads "0", "0.5" or "0.1%".
func parseTolerance(text string) (interlock.Tolerance, error) {
	number, percent := strings.CutSuffix(text, "%")
	v, err := strconv.ParseFloat(number, 64)
	switch {
	case err != nil || math.IsNaN(v) || math.IsInf(v, 0) || v < 0:
		return interlock.Tolerance{}, bad("usage", fmt.Sprintf("--tolerance %s is no tolerance", text), "write 0 for exactly, 0.5 for the channel's own unit, or 0.1% of the value")
	case percent:
		return interlock.Tolerance{Percent: v}, nil
	}
	return interlock.Tolerance{Absolute: v}, nil
}

// parseNarrow reads CHANNEL=MIN..MAX; either bound may be left out.
func parseNarrow(text string) (interlock.ChannelGrant, error) {
	fault := bad("usage", fmt.Sprintf("--narrow %s is not understood", text), "write CHANNEL=MIN..MAX, for example --narrow SR:HCM1:SP=-1..1")
	channel, bounds, ok := strings.Cut(text, "=")
	low, high, both := strings.Cut(bounds, "..")
	if !ok || !both || low == "" && high == "" {
		return interlock.ChannelGrant{}, fault
	}
	g := interlock.ChannelGrant{Match: channel, Writable: true, Verify: interlock.VerifyNone}
	for i, text := range []string{low, high} {
		if text == "" {
			continue
		}
		v, err := strconv.ParseFloat(text, 64)
		if err != nil || math.IsNaN(v) || math.IsInf(v, 0) {
			return interlock.ChannelGrant{}, fault
		}
		if i == 0 {
			g.Min = &v
		} else {
			g.Max = &v
		}
	}
	return g, nil
}

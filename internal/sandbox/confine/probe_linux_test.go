package confine

import "testing"

// TestProbe: the trial of namespaces leaves nothing behind and says why not.
func TestProbe(t *testing.T) {
	h := Probe()
	if !h.Namespaces && h.Why == "" {
		t.Error("namespaces are missing without a reason")
	}
	if h.Seccomp && h.LandlockABI > 0 && len(h.LdSo) == 0 {
		t.Error("no program interpreter found: nothing could be executed")
	}
	t.Logf("%+v", h)
}

package daemon

import (
	"reflect"
	"testing"

	interlock "github.com/interlock-run/interlock"
)

// X7, P13: where servers are is what is said, and nothing is searched for by broadcast
// unless somebody says so.
func TestWhereServersAre(t *testing.T) {
	const auto = "control_system: {epics: {channel_access: {auto_address_list: true}, pv_access: {auto_address_list: true}}}"
	yes := map[string]string{"EPICS_CA_AUTO_ADDR_LIST": "YES", "EPICS_PVA_AUTO_ADDR_LIST": "YES"}
	with := func(more map[string]string) map[string]string {
		out := map[string]string{}
		for _, m := range []map[string]string{yes, more} {
			for k, v := range m {
				out[k] = v
			}
		}
		return out
	}
	for name, c := range map[string]struct {
		file string
		env  map[string]string
		ca   Servers
		pva  Servers
	}{
		"nothing is set": {},
		"lists alone": {env: map[string]string{"EPICS_CA_ADDR_LIST": "a b:6", "EPICS_PVA_ADDR_LIST": "c d:7", "EPICS_PVA_NAME_SERVERS": "e"},
			ca: Servers{AddressList: []string{"a:5064", "b:6"}}, pva: Servers{AddressList: []string{"c:5076", "d:7"}, NameServers: []string{"e:5075"}}},
		"the environment says yes": {env: yes, ca: Servers{Broadcast: 5064}, pva: Servers{Broadcast: 5076}},
		"in another way":           {env: map[string]string{"EPICS_CA_AUTO_ADDR_LIST": " yes ", "EPICS_PVA_AUTO_ADDR_LIST": "1"}, ca: Servers{Broadcast: 5064}, pva: Servers{Broadcast: 5076}},
		"it says no, or something": {env: map[string]string{"EPICS_CA_AUTO_ADDR_LIST": "NO", "EPICS_PVA_AUTO_ADDR_LIST": "maybe"}},
		"ports of the environment": {env: with(map[string]string{"EPICS_CA_SERVER_PORT": "6064", "EPICS_PVA_BROADCAST_PORT": "6076", "EPICS_PVA_SERVER_PORT": "6075", "EPICS_PVA_NAME_SERVERS": "e", "EPICS_PVA_ADDR_LIST": "c"}),
			ca: Servers{Broadcast: 6064}, pva: Servers{AddressList: []string{"c:6076"}, NameServers: []string{"e:6075"}, Broadcast: 6076}},
		"ports that are none": {env: with(map[string]string{"EPICS_CA_SERVER_PORT": "70000", "EPICS_PVA_BROADCAST_PORT": "0"}), ca: Servers{Broadcast: 5064}, pva: Servers{Broadcast: 5076}},
		"a list besides":      {env: with(map[string]string{"EPICS_CA_ADDR_LIST": "a"}), ca: Servers{AddressList: []string{"a:5064"}, Broadcast: 5064}, pva: Servers{Broadcast: 5076}},
		"the file says yes":   {file: auto, env: map[string]string{"EPICS_CA_SERVER_PORT": "6064", "EPICS_CA_ADDR_LIST": "a"}, ca: Servers{Broadcast: 5064}, pva: Servers{Broadcast: 5076}},
		"the file says no: the environment is not asked": {file: "control_system: {epics: {channel_access: {auto_address_list: false}}}", env: with(map[string]string{"EPICS_CA_ADDR_LIST": "a"}), pva: Servers{Broadcast: 5076}},
		"the file lists": {file: "control_system: {epics: {channel_access: {address_list: [a]}, pv_access: {name_servers: [b], auto_address_list: true}}}", env: yes,
			ca: Servers{AddressList: []string{"a"}}, pva: Servers{NameServers: []string{"b"}, Broadcast: 5076}},
	} {
		h := newHost(t)
		h.env = c.env
		if c.file != "" {
			h.put("config.yml", c.file)
		}
		got := h.load().EPICS[interlock.ReadOnly]
		if !reflect.DeepEqual(got, EPICSServers{ChannelAccess: c.ca, PVAccess: c.pva}) {
			t.Errorf("%s: %+v", name, got)
		}
	}
}

// X7: a mode's own gateway may broadcast, and only its mode does.
func TestAModeOfItsOwnThatBroadcasts(t *testing.T) {
	h := newHost(t)
	h.put("config.yml", "gateways: {watching: {channel_access: {auto_address_list: true}}}\nexecution: {modes: {read_only: {gateway: watching}}}\n")
	c := h.load()
	if got := c.EPICS[interlock.ReadOnly]; got.ChannelAccess.Broadcast != 5064 || got.PVAccess.Broadcast != 0 {
		t.Errorf("read_only: %+v", got)
	}
	if got := c.EPICS[interlock.WriteAccess]; !got.ChannelAccess.none() || !got.PVAccess.none() {
		t.Errorf("write_access: %+v", got)
	}
	h.put("config.yml", "control_system: {epics: {pv_access: {auto_address_list: \"yes\"}}}\n")
	if c, w, err := LoadConfig(h.src); err == nil && (c.EPICS[interlock.ReadOnly].PVAccess.Broadcast != 0 || len(w) == 0) {
		t.Errorf("a text counts as yes: %+v %v", c.EPICS, w)
	}
}

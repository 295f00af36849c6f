package daemon

import (
	"context"
	"maps"

	"github.com/interlock-run/interlock"
	"github.com/interlock-run/interlock/internal/gateway"
	"github.com/interlock-run/interlock/internal/gateway/channelaccess"
	"github.com/interlock-run/interlock/internal/gateway/pvaccess"
)

// newGateway is the only road to equipment. One control system is one line here.
func (d *Daemon) newGateway() *gateway.Gateway {
	servers := func(mode interlock.ExecutionMode) EPICSServers { return d.inForce.Load().config.EPICS[mode] }
	return gateway.New(gateway.Options{Dir: d.places.state, Ledger: gatewayRecords{d}, Now: d.o.Now, Log: d.log(), Systems: []gateway.System{
		channelaccess.New(channelaccess.Options{Now: d.o.Now, Log: d.log(),
			Upstream: func(m interlock.ExecutionMode) channelaccess.Addresses {
				return servers(m).ChannelAccess.channelAccess()
			}}),
		pvaccess.New(pvaccess.Options{Now: d.o.Now, Log: d.log(),
			Upstream: func(m interlock.ExecutionMode) pvaccess.Addresses { return servers(m).PVAccess.pvAccess() }}),
	}})
}

// equipped adds the doors to the control system to a grant, and the variables that
// clients find them by: in every mode the same, whatever the caller's own say.
func (d *Daemon) equipped(g interlock.Grant) interlock.Grant {
	doors := d.gateway.Doors()
	if len(doors) == 0 {
		return g
	}
	g.Doors = doors
	g.Environment.Variables = maps.Clone(g.Environment.Variables)
	if g.Environment.Variables == nil {
		g.Environment.Variables = map[string]string{}
	}
	maps.Copy(g.Environment.Variables, d.gateway.Variables())
	return g
}

// closeGateway ends what runs shared; d may have failed before it had a gateway.
func (d *Daemon) closeGateway() error {
	if d.gateway == nil {
		return nil
	}
	return d.gateway.Close()
}

// gatewayRecords is the ledger as the gateway sees it: opened by the first record.
type gatewayRecords struct{ d *Daemon }

// Append implements interlock.Ledger.
func (r gatewayRecords) Append(ctx context.Context, records ...interlock.Record) (interlock.Receipt, error) {
	l, err := r.d.ledger.get(ctx)
	if err != nil {
		return interlock.Receipt{}, err
	}
	return l.Append(ctx, records...)
}

// Command interlock runs Python that nobody has read yet, next to equipment that
// matters. See package interlock for the road a submission takes, and
// internal/front/cli for the commands.
package main

import (
	"context"
	"os"
	"runtime/debug"
	"time"

	"github.com/interlock-run/interlock/internal/front/cli"
)

// version is set with -ldflags "-X main.version=v1.2.3"; else the build says it.
var version string

func main() {
	// One run lives a moment: collecting what loading the parser leaves costs it
	// more than the memory is worth. GOGC, where set, holds.
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(400)
	}
	ctx, stop := cli.Signals(context.Background())
	p := cli.Program{Version: version, Now: time.Now}
	status := p.Run(ctx, os.Args[1:], os.Stdin, os.Stdout, os.Stderr, os.Environ())
	stop()
	os.Exit(status)
}

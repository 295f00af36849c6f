package confine

import (
	"os"
	"time"
)

// Files are the supervisor's ends of a run's descriptors, as the run gets them.
// Start duplicates them; the caller keeps and closes its own.
type Files struct {
	Stdin, Stdout, Stderr *os.File
	Control               *os.File // descriptor 3 inside
}

// Ended is how a run's process ended, as the kernel told it.
type Ended struct {
	Started bool // the interpreter was executed
	Code    int  // exit code; 128+n where signal n ended it
	Signal  int  // 0: none
	CPU     time.Duration
	MaxRSS  int64  // bytes
	Limits  Counts // what the control groups counted
}

// Counts are events of the run's control groups.
type Counts struct {
	OOMKills  int64
	PidsMax   int64
	CPU       time.Duration // all processes of the run
	MaxMemory int64         // bytes; 0 is unknown
}

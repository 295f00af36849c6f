package httpapi

import (
	"net/http"
	"os"
	"time"

	"github.com/interlock-run/interlock/internal/wire/apiv1"
)

// status says what the daemon does.
func (s *Server) status(w http.ResponseWriter, _ *http.Request) {
	st := s.o.Daemon.Status()
	answer(w, http.StatusOK, apiv1.Status{
		Schema: apiv1.Schema, Version: s.o.Version, PID: os.Getpid(), State: s.o.State,
		Policy: st.Policy, Stale: st.Stale, Stopping: st.Stopping,
		Running: st.Running, Queued: st.Queued, Done: st.Done, MeanMS: float64(st.Mean) / float64(time.Millisecond),
		Limits: apiv1.Limits{MaxRunning: st.Limits.Queue.Running, MaxQueued: st.Limits.Queue.Queued,
			PerUserRunning: st.Limits.Queue.RunningPerUser, PerUserQueued: st.Limits.Queue.QueuedPerUser},
		Pool: st.Pool,
	})
}

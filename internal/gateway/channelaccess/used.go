package channelaccess

// uses remembers that a channel was found for a client.
func (v *server) uses(name string) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if len(v.used) < maxTold {
		v.used[name] = struct{}{}
	}
}

// odd notes in the report what is odd about the servers of the run's channels.
func (v *server) odd() {
	v.mu.Lock()
	used := v.used
	v.used = map[string]struct{}{}
	v.mu.Unlock()
	if len(used) == 0 {
		return
	}
	f, err := v.s.finder(v.run.Mode())
	if err != nil {
		return // the gateway is closed
	}
	for name := range used {
		if text := f.answers.About(name); text != "" {
			v.run.Note(text)
		}
	}
}

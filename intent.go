package interlock

// The bodies of the records that Pipeline.Do appends. They hold what an auditor
// asks for; the bytes themselves are blobs.

func (p *Pipeline) record(kind RecordKind, s *Submission, r *Result, body any) Record {
	return Record{Kind: kind, Time: p.Now(), Run: s.ID, Who: s.Who, Flow: s.Session, Policy: r.Decision.PolicyDigest, Body: body}
}

// decided is what is recorded of a submission and the decision on it.
func (p *Pipeline) decided(s *Submission, r *Result) []Record {
	sub := p.record(RecordSubmission, s, r, map[string]any{
		"name": s.Name, "folder": s.Folder, "args": s.Args, "inputs": s.Inputs, "front": s.Front,
		"description": s.Description, "digest": s.Digest(), "rehearse": s.Rehearse, "rehearsal": s.Rehearsal, "source_sha256": SourceDigest(s.Source),
		"modules": r.Facts.Modules, "asked_mode": s.AskedMode, "started": r.Started, "at": s.At,
	})
	sub.Blobs = map[string][]byte{"source": s.Source}
	for _, m := range s.Modules {
		sub.Blobs["module:"+m.Path] = m.Source
	}
	records := []Record{sub}
	if s.Approved != "" {
		records = nil // it is recorded under this id already, from when it was asked for
	}
	if s.Override != nil && !r.Facts.Control.Writes.Detected() {
		records = append(records, p.record(RecordOverride, s, r, s.Override))
	}
	return append(records, p.record(RecordDecision, s, r, map[string]any{
		"effect": r.Decision.Effect, "mode": r.Decision.Mode, "warnings": r.Decision.Warnings,
		"reasons": r.Decision.Reasons, "facts": r.Facts,
	}))
}

// intent is everything that must be durable before user code is sent.
func (p *Pipeline) intent(s *Submission, r *Result, level Level) []Record {
	return append(p.decided(s, r),
		p.record(RecordGrant, s, r, r.Decision.Grant),
		p.record(RecordStart, s, r, map[string]any{"level": level, "folder": r.Folder.Path}))
}

func endBody(r *Result) map[string]any {
	o := &r.Observed
	body := map[string]any{
		"status": r.Status, "started": o.Started, "error": r.Error,
		"wall_ms": o.Wall.Milliseconds(), "cpu_ms": o.CPU.Milliseconds(), "max_rss": o.MaxRSS,
		"limit": o.Limit, "weaker": o.Weaker, "artifacts": o.Artifacts,
		"equipment": o.Equipment,
		"refused":   o.Refused, "refused_more": o.RefusedMore, "connections": o.Connections, "commands": o.Commands,
		"claimed": map[string]any{"denied": r.Claims.Denied, "denied_more": r.Claims.DeniedMore, "error": r.Claims.Error},
	}
	if o.Started {
		body["exit"], body["level"] = o.Exit, o.Level
	}
	return body
}

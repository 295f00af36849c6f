package bench

import (
	"fmt"
	"time"
)

// find returns the series of a subject, or nil.
func find(all []*series, subject, script string, at int) *series {
	for _, x := range all {
		if x.subject == subject && x.script == script && x.at == at && len(x.full) > 0 {
			return x
		}
	}
	return nil
}

// faster says how often the subject fits into plain python's time.
func faster(plain, subject time.Duration) string {
	return fmt.Sprintf("%.2fx", float64(plain)/float64(max(subject, 1)))
}

// printTurns prints what was measured one at a time: ratios first.
func printTurns(subjects []*subject, all []*series, s *script, rounds int) {
	plain := find(all, "python3", s.name, 1)
	fmt.Printf("\n%s: one at a time, %d rounds in turn, load %s, ms; the first two columns: times as fast as python3\n", s.name, rounds, plain.load)
	fmt.Printf("%-20s %9s %9s | first byte %9s %9s %9s | full %9s %9s %9s\n", "", "first", "full", "p50", "p90", "p99", "p50", "p90", "p99")
	for _, x := range subjects {
		if x.absent != "" {
			fmt.Printf("%-20s not run: %s\n", x.name, x.absent)
			continue
		}
		m := find(all, x.name, s.name, 1)
		if m == nil {
			continue // not a subject of this script
		}
		fmt.Printf("%-20s %9s %9s |            %s |      %s\n", x.name, faster(median(plain.first), median(m.first)), faster(median(plain.full), median(m.full)),
			quantiles(m.first), quantiles(m.full))
	}
}

func quantiles(d []time.Duration) string {
	return fmt.Sprintf("%9.2f %9.2f %9.2f", milliseconds(median(d)), milliseconds(quantile(d, 0.9)), milliseconds(quantile(d, 0.99)))
}

// printLoads prints what was measured with many at once.
func printLoads(subjects []*subject, all []*series, s *script) {
	fmt.Printf("\n%s: so many at once, each beginning anew when it has ended; full result, ms\n", s.name)
	fmt.Printf("%-20s %4s %10s %8s | first byte %9s %9s %9s | full %9s %9s %9s %6s\n", "", "at", "vs python3", "runs/s", "p50", "p90", "p99", "p50", "p90", "p99", "runs")
	for _, l := range loads {
		plain := find(all, "python3", s.name, l.at)
		for _, x := range subjects {
			m := find(all, x.name, s.name, l.at)
			switch {
			case m != nil:
				fmt.Printf("%-20s %4d %9.2fx %8.1f |            %s |      %s %6d\n", x.name, l.at, m.perSecond()/plain.perSecond(), m.perSecond(), quantiles(m.first), quantiles(m.full), len(m.full))
			case x.absent != "" && l.at <= 8:
				fmt.Printf("%-20s %4d not run: %s\n", x.name, l.at, x.absent)
			}
		}
	}
}

func printMemory(k kept) {
	fmt.Printf("\nmemory of an idle daemon with %d warm children, MiB\n%-34s %8s %8s %8s\n", k.children, "", "private", "PSS", "RSS")
	mib := func(n int64) float64 { return float64(n) / 1024 }
	for _, row := range []struct {
		name string
		m    memory
	}{{"a warm child (its process)", k.child}, {"a warm child (first of namespace)", k.init}, {"the zygote", k.zygote}, {"the daemon", k.daemon}} {
		fmt.Printf("%-34s %8.2f %8.2f %8.1f\n", row.name, mib(row.m.Private), mib(row.m.PSS), mib(row.m.RSS))
	}
	fmt.Printf("page tables of a warm child: %d KiB\n", k.tables)
}

// printTargets compares with what was promised. Ratios hold on any machine; a
// target in milliseconds was set where plain python3 took some 160 ms for numpy.
func printTargets(all, loads []*series, k kept) {
	fmt.Printf("\n%-66s %12s %12s\n", "target", "measured", "")
	row := func(what string, measured float64, format string, met bool) {
		word := "missed"
		if met {
			word = "met"
		}
		fmt.Printf("%-66s %12s %12s\n", what, fmt.Sprintf(format, measured), word)
	}
	atMost := func(what string, x *series, of func(*series) time.Duration, ms float64) {
		if x != nil {
			row(what, milliseconds(of(x)), "%.2f ms", milliseconds(of(x)) <= ms)
		}
	}
	first, full := func(x *series) time.Duration { return median(x.first) }, func(x *series) time.Duration { return median(x.full) }
	whole, plain := find(all, "interlock client", "numpy", 1), find(all, "python3", "numpy", 1)
	atMost("whole chain, numpy: first byte <= 2 ms", whole, first, 2)
	atMost("whole chain, numpy: recorded result <= 10 ms", whole, full, 10)
	ratio := float64(full(plain)) / float64(full(whole))
	row("whole chain, numpy: >= 15 times as fast as python3", ratio, "%.1fx", ratio >= 15)
	atMost("sandbox alone, pooled, numpy: first byte <= 0.6 ms", find(all, "sandbox pooled", "numpy", 1), first, 0.6)
	atMost("sandbox alone, on demand, numpy: first byte <= 6 ms", find(all, "sandbox on demand", "numpy", 1), first, 6)
	for _, script := range []string{"numpy", "png", "numpy+pandas+pyplot"} {
		slower := float64(full(find(all, "interlock one-off", script, 1))) / float64(full(find(all, "python3", script, 1)))
		row("one-off, "+script+": <= 1.2 times python3", slower, "%.2fx", slower <= 1.2)
	}
	for _, at := range []int{1, 8, 100} {
		if x := find(loads, "interlock client", "numpy", at); x != nil {
			row(fmt.Sprintf("whole chain, numpy, %d at once: >= 60 runs/s", at), x.perSecond(), "%.0f/s", x.perSecond() >= 60)
		}
	}
	private := float64(k.child.Private) / 1024
	row("private memory of an idle warm child <= 3 MiB", private, "%.2f MiB", private <= 3)
}

package parser

import (
	"context"
	"os"
	"strings"
	"testing"
)

// sample is about 230 lines of ordinary Python.
func sample(t testing.TB) []byte {
	b, err := os.ReadFile("testdata/sample.py")
	if err != nil {
		t.Fatal(err)
	}
	return []byte(strings.Repeat(string(b), 4))
}

func BenchmarkStartWarm(b *testing.B) {
	dir := b.TempDir()
	ctx := context.Background()
	src := sample(b)
	for i := -1; i < b.N; i++ {
		if i == 0 {
			b.ResetTimer()
		}
		p, err := New(ctx, dir)
		if err != nil {
			b.Fatal(err)
		}
		if _, err := p.Parse(ctx, src, Options{}); err != nil {
			b.Fatal(err)
		}
		b.StopTimer()
		p.Close(ctx)
		b.StartTimer()
	}
}

func BenchmarkStartCold(b *testing.B) {
	ctx := context.Background()
	for b.Loop() {
		e, err := newEngine(ctx, "")
		if err != nil {
			b.Fatal(err)
		}
		e.close(ctx)
	}
}

func BenchmarkInstantiate(b *testing.B) {
	ctx := context.Background()
	e, err := newEngine(ctx, "")
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		i, err := e.take(ctx)
		if err != nil {
			b.Fatal(err)
		}
		i.module.Close(ctx)
	}
}

func BenchmarkParse(b *testing.B) {
	ctx := context.Background()
	src := sample(b)
	e, err := newEngine(ctx, "")
	if err != nil {
		b.Fatal(err)
	}
	dump, err := e.run(ctx, src, Options{})
	if err != nil {
		b.Fatal(err)
	}
	b.Logf("%d lines, %d bytes, dump %d", strings.Count(string(src), "\n"), len(src), len(dump))
	b.Run("gate", func(b *testing.B) {
		for b.Loop() {
			Check(src)
		}
	})
	b.Run("wasm", func(b *testing.B) {
		for b.Loop() {
			e.run(ctx, src, Options{})
		}
	})
	b.Run("decode", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			decode(dump, src)
		}
	})
}

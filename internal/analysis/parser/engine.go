package parser

import (
	"context"
	_ "embed"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"

	"github.com/tetratelabs/wazero"
	"github.com/tetratelabs/wazero/api"
)

// wasm is built from parser/ by its build.sh; parser/README.md says how.
//
//go:embed pyparser.wasm
var wasm []byte

const (
	memoryPages = 4096     // 256 MiB, of 64 KiB: the most that one instance may have
	keepBytes   = 32 << 20 // an instance that grew beyond this is not kept
	flagIPython = 1
)

// engine is the compiled module and the instances that wait for work. The
// module imports nothing: an instance can compute and nothing else.
type engine struct {
	cache    wazero.CompilationCache // nil without a folder
	runtime  wazero.Runtime
	compiled wazero.CompiledModule

	mu   sync.Mutex
	idle []*instance
}

// instance is one copy of the module with its own memory. One goroutine at a
// time uses it.
type instance struct {
	module                api.Module
	alloc, release, parse api.Function
}

// newEngine compiles the module, or loads it from cacheDir. A cache that cannot
// be read back is emptied once.
func newEngine(ctx context.Context, cacheDir string) (*engine, error) {
	e, err := openEngine(ctx, cacheDir)
	if err == nil || cacheDir == "" {
		return e, err
	}
	if rmErr := os.RemoveAll(cacheDir); rmErr != nil {
		return nil, errors.Join(err, rmErr)
	}
	return openEngine(ctx, cacheDir)
}

func openEngine(ctx context.Context, cacheDir string) (*engine, error) {
	config := wazero.NewRuntimeConfig().WithMemoryLimitPages(memoryPages).WithDebugInfoEnabled(false)
	e := &engine{}
	if cacheDir != "" {
		cache, err := wazero.NewCompilationCacheWithDir(cacheDir)
		if err != nil {
			return nil, fmt.Errorf("opening compilation cache %q: %w", cacheDir, err)
		}
		e.cache, config = cache, config.WithCompilationCache(cache)
	}
	e.runtime = wazero.NewRuntimeWithConfig(ctx, config)
	compiled, err := e.runtime.CompileModule(ctx, wasm)
	if err != nil {
		return nil, errors.Join(fmt.Errorf("compiling pyparser.wasm: %w", err), e.close(ctx))
	}
	e.compiled = compiled
	return e, nil
}

// close frees everything; no instance may be in use.
func (e *engine) close(ctx context.Context) error {
	err := e.runtime.Close(ctx)
	if e.cache != nil {
		err = errors.Join(err, e.cache.Close(ctx))
	}
	return err
}

// run parses src and returns the dump. After any fault the instance is thrown
// away, and the next call gets a new one.
func (e *engine) run(ctx context.Context, src []byte, opts Options) (string, error) {
	i, err := e.take(ctx)
	if err != nil {
		return "", err
	}
	dump, err := i.run(ctx, src, opts)
	if err != nil {
		_ = i.module.Close(ctx) // the fault above is what counts
		return "", stopped(err)
	}
	if i.module.Memory().Size() > keepBytes || dumpStatus(dump) == statusLimit {
		return dump, i.module.Close(ctx)
	}
	e.give(ctx, i)
	return dump, nil
}

func (e *engine) take(ctx context.Context) (*instance, error) {
	e.mu.Lock()
	if n := len(e.idle); n > 0 {
		i := e.idle[n-1]
		e.idle = e.idle[:n-1]
		e.mu.Unlock()
		return i, nil
	}
	e.mu.Unlock()
	m, err := e.runtime.InstantiateModule(withMemory(ctx), e.compiled, wazero.NewModuleConfig().WithName(""))
	if err != nil {
		return nil, fmt.Errorf("instantiating pyparser.wasm: %w", err)
	}
	return &instance{module: m, alloc: m.ExportedFunction("alloc"),
		release: m.ExportedFunction("release"), parse: m.ExportedFunction("parse")}, nil
}

// give puts i back. There are never more instances than slots of the Parser,
// and one that Warm made.
func (e *engine) give(_ context.Context, i *instance) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.idle = append(e.idle, i)
}

// run does one exchange, as parser/src/abi.rs describes it. An instance must
// not be used again after an error.
func (i *instance) run(ctx context.Context, src []byte, opts Options) (string, error) {
	size := uint64(len(src))
	at, err := call(ctx, i.alloc, size)
	if err != nil {
		return "", err
	}
	if !i.module.Memory().Write(uint32(at), src) {
		return "", fmt.Errorf("%w: the parser's buffer is outside of its memory", errDump)
	}
	flags := uint64(0)
	if opts.IPython {
		flags = flagIPython
	}
	out, err := call(ctx, i.parse, at, size, flags, MaxNodes, MaxDepth)
	if err != nil {
		return "", err
	}
	view, ok := i.module.Memory().Read(uint32(out>>32), uint32(out))
	if !ok {
		return "", fmt.Errorf("%w: the dump is outside of the parser's memory", errDump)
	}
	dump := string(view)
	if _, err := call(ctx, i.release, at, size); err != nil {
		return "", err
	}
	_, err = call(ctx, i.release, out>>32, out&0xffffffff)
	return dump, err
}

func call(ctx context.Context, f api.Function, args ...uint64) (uint64, error) {
	results, err := f.Call(ctx, args...)
	if err != nil || len(results) == 0 {
		return 0, err
	}
	return results[0], nil
}

func dumpStatus(dump string) int {
	if len(dump) <= len(dumpMagic) {
		return -1
	}
	return int(dump[len(dumpMagic)])
}

// stopped explains why an instance stopped. It was contained: the worst that a
// source can do in here is to be refused.
func stopped(err error) error {
	if errors.Is(err, errDump) {
		return err
	}
	text := err.Error()
	if strings.Contains(text, "stack overflow") || strings.Contains(text, "out of bounds memory access") {
		return &GateError{Reason: TooDeep, Message: "the source nests too deeply for the parser",
			Hint: "split nested expressions and blocks into several statements or functions"}
	}
	first, _, _ := strings.Cut(text, "\n")
	return &GateError{Reason: ParserFault, Message: "the source stopped the parser: " + first,
		Hint: "simplify the source; please report it as a fault of Interlock"}
}

// cacheIn is the folder inside of dir that belongs to the parser alone: it may
// be emptied.
func cacheIn(dir string) string { return filepath.Join(dir, "pyparser") }

package parser

import (
	"context"
	"fmt"
	"runtime"
	"sync"
)

// Options changes how a source is read.
type Options struct {
	// IPython accepts !shell, %magic and help? lines, as a notebook cell may have.
	IPython bool
}

// SyntaxError says why a source is not Python. Line and Column count from 1;
// Column counts code points.
type SyntaxError struct {
	Message      string
	Line, Column int
}

func (e *SyntaxError) Error() string {
	return fmt.Sprintf("line %d, column %d: %s", e.Line, e.Column, e.Message)
}

// Parser turns source into trees. It is safe for concurrent use; at most
// GOMAXPROCS sources are parsed at once, and others wait.
type Parser struct {
	cacheDir string
	slots    chan struct{} // one a running parse

	mu     sync.Mutex // guards what follows
	engine *engine    // nil until the first Parse
	closed bool
}

// New returns a parser that keeps compiled code in cacheDir, which is created
// if it is missing. Since that code is executed, a folder that others than this
// user can write to is an error, and so is any folder where the system has no
// Unix permissions. With cacheDir "" nothing is kept, and each
// process compiles for about a third of a second. New itself only checks the
// folder; the first Parse, or Warm, loads the code.
func New(ctx context.Context, cacheDir string) (*Parser, error) {
	if cacheDir != "" {
		dir, err := privateDir(cacheDir)
		if err != nil {
			return nil, fmt.Errorf("using parser cache %q: %w", cacheDir, err)
		}
		cacheDir = dir
	}
	n := runtime.GOMAXPROCS(0)
	return &Parser{cacheDir: cacheDir, slots: make(chan struct{}, n)}, nil
}

// Warm loads the code and makes one instance ready, so that the next Parse does
// not wait for it. It may run beside other work.
func (p *Parser) Warm(ctx context.Context) error {
	e, err := p.load(ctx)
	if err != nil {
		return err
	}
	i, err := e.take(ctx)
	if err != nil {
		return err
	}
	e.give(ctx, i)
	return nil
}

// Parse gates src (see [Check]) and parses it; the tree keeps src, which must
// not be changed afterwards. The error is a *GateError, a *SyntaxError, ctx's
// error, or a failure of the parser itself; there is no tree then.
//
// ctx bounds the wait for a free slot. A parse that has started runs to its
// end: its work is bounded by the limits of the gate.
func (p *Parser) Parse(ctx context.Context, src []byte, opts Options) (*Module, error) {
	if err := Check(src); err != nil {
		return nil, err
	}
	select {
	case p.slots <- struct{}{}:
		defer func() { <-p.slots }()
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	e, err := p.load(ctx)
	if err != nil {
		return nil, err
	}
	dump, err := e.run(ctx, src, opts)
	if err != nil {
		return nil, err
	}
	m, refused, err := decode(dump, src)
	if refused != nil {
		return nil, refused.asError(src)
	}
	return m, err
}

// load returns the engine, loading it the first time. A failure is not kept:
// the next call tries again.
func (p *Parser) load(ctx context.Context) (*engine, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closed {
		return nil, fmt.Errorf("parsing: the parser is closed")
	}
	if p.engine == nil {
		e, err := newEngine(ctx, p.cacheDir)
		if err != nil {
			return nil, fmt.Errorf("loading the Python parser: %w", err)
		}
		p.engine = e
	}
	return p.engine, nil
}

// Close frees the parser once running parses are done. It is idempotent; Parse
// fails afterwards.
func (p *Parser) Close(ctx context.Context) error {
	p.mu.Lock()
	e := p.engine
	p.engine, p.closed = nil, true
	p.mu.Unlock()
	if e == nil {
		return nil
	}
	for range cap(p.slots) {
		p.slots <- struct{}{}
	}
	defer func() {
		for range cap(p.slots) {
			<-p.slots
		}
	}()
	return e.close(ctx)
}

// asError turns what the module refused into the error that Parse returns.
func (r *refusal) asError(src []byte) error {
	at := newLines(src).position(int32(r.offset))
	if r.status == statusSyntax {
		return &SyntaxError{Message: r.text, Line: int(at.Line), Column: int(at.Column)}
	}
	if r.text == "nodes" {
		return gateErrorAt(src, r.offset, TooManyNodes,
			fmt.Sprintf("the source has more than %d syntax nodes", MaxNodes),
			"move data out of the code, into a file that it reads")
	}
	return gateErrorAt(src, r.offset, TooDeep,
		fmt.Sprintf("the source nests deeper than %d syntax nodes", MaxDepth),
		"split the expression or the chain of elif into several statements")
}

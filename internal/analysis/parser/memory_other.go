//go:build !linux && !darwin

package parser

import "context"

// withMemory leaves memory to wazero here.
func withMemory(ctx context.Context) context.Context { return ctx }

package rules

import (
	"go/ast"
	"slices"
)

// skips reports whether a file calls Skip, Skipf or SkipNow on a variable that
// is named as tests name theirs. Benchmarks and fuzz targets count; f.Skip
// inside a fuzz target's function discards an input, and does not.
func skips(tree *ast.File) (found bool) {
	ast.Inspect(tree, func(n ast.Node) bool {
		call, ok := n.(*ast.CallExpr)
		if !ok {
			return true
		}
		method, ok := call.Fun.(*ast.SelectorExpr)
		if !ok || !slices.Contains([]string{"Skip", "Skipf", "SkipNow"}, method.Sel.Name) {
			return true
		}
		if v, ok := method.X.(*ast.Ident); ok && slices.Contains([]string{"t", "b", "tb", "f"}, v.Name) {
			found = found || !discards(tree, call)
		}
		return true
	})
	return found
}

// discards reports whether a call stands inside the function that a fuzz target
// hands to f.Fuzz: there, skipping is the documented way to drop an input.
func discards(tree *ast.File, call *ast.CallExpr) (inside bool) {
	ast.Inspect(tree, func(n ast.Node) bool {
		fuzz, ok := n.(*ast.CallExpr)
		if !ok {
			return true
		}
		method, ok := fuzz.Fun.(*ast.SelectorExpr)
		if ok && method.Sel.Name == "Fuzz" && fuzz.Pos() <= call.Pos() && call.End() <= fuzz.End() {
			inside = true
		}
		return true
	})
	return inside
}

// Package interlock is the vocabulary of Interlock and the one road through it.
//
// Interlock runs Python that nobody has read yet, next to equipment that
// matters. A [Submission] passes these stages, in this order, and there is no
// way to enter in the middle:
//
//	Submission ─▶ analysis ─▶ Facts ─▶ policy ─▶ Decision ─▶ (approval) ─▶ Grant ─▶ sandbox + gateway ─▶ Result
//	     └────────────────────── every step appends to the ledger ────────────────────────────────────────┘
//
// [Pipeline.Do] is that road; every interface calls it. The stages live under
// internal/, one folder each, and see only these types: the sandbox is handed a
// [Grant] and cannot consult the policy, and what is not in the grant does not
// exist for the run.
//
// The zero value of every type that decides something refuses: [Deny],
// [ReadOnly], [Unresolved]. A step that fails refuses; it never counts as
// "nothing found".
//
// This package imports only the standard library. It protects against nothing
// by itself: the kernel (internal/sandbox) and, for equipment, the gateway are
// what hold. What user code reports about itself is kept apart, as [Claims].
package interlock

package ledger

import (
	"errors"
	"fmt"

	interlock "github.com/interlock-run/interlock"
)

// KindPurge is the kind of the record that [Ledger.Purge] appends.
const KindPurge interlock.RecordKind = "purge"

// ofRun says, for each known kind, whether a record of it must name a run. A
// kind that is not here is refused: nobody would know to look for it.
func ofRun(kind interlock.RecordKind) (must, known bool) {
	switch kind {
	case interlock.RecordSubmission, interlock.RecordDecision, interlock.RecordGrant,
		interlock.RecordStart, interlock.RecordEnd, interlock.RecordOverride, interlock.RecordDenial,
		interlock.RecordPut, interlock.RecordPutEnd, interlock.RecordPutRefused:
		return true, true
	case interlock.RecordRequest, interlock.RecordApproval, interlock.RecordRejection, interlock.RecordWithdrawal, interlock.RecordClaim:
		return true, true
	case interlock.RecordPolicy, interlock.RecordPrune, interlock.RecordWrites, KindPurge:
		return false, true
	}
	return true, false
}

// Kinds returns every kind of record a ledger takes.
func Kinds() []interlock.RecordKind {
	return []interlock.RecordKind{interlock.RecordSubmission, interlock.RecordDecision, interlock.RecordGrant,
		interlock.RecordStart, interlock.RecordEnd, interlock.RecordOverride, interlock.RecordDenial,
		interlock.RecordPut, interlock.RecordPutEnd, interlock.RecordPutRefused, interlock.RecordWrites,
		interlock.RecordRequest, interlock.RecordApproval, interlock.RecordRejection, interlock.RecordWithdrawal, interlock.RecordClaim,
		interlock.RecordPolicy, interlock.RecordPrune, KindPurge}
}

// valid refuses a record that could not be found or understood later.
func valid(r interlock.Record) error {
	must, known := ofRun(r.Kind)
	switch {
	case !known:
		return fmt.Errorf("unknown kind of record: want one of %q", Kinds())
	case must && r.Run == "":
		return errors.New("the record names no run")
	case r.Who.Kind == "":
		return errors.New("the record has no identity: every record says who")
	}
	return nil
}

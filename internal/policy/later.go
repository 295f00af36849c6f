package policy

// later is the keys of the format that nothing in this build enforces. Naming
// one is an error, so that nobody relies on a rule that does not hold.
var later = map[string]string{
	"packages.licences":            "a package's licence shows only when it is installed, and no run installs anything; name the packages whose licences you accept: packages: {allow: [numpy, \"scipy>=1.11\"]}",
	"control_system.tango":         "there is no gateway for it, so nothing can be granted; writes to it are refused",
	"approval.read_only.rehearsal": "a run in read_only has no writes to hold back",
	"approval.all_code.rehearsal":  "only a run in write_access has writes to hold back; write it under approval.write_access",
}

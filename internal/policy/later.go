package policy

// later is the keys of the format that nothing in this build enforces. Naming
// one is an error, so that nobody relies on a rule that does not hold.
var later = map[string]string{
	"packages":                        "packages are what the Python environment holds; nothing is installed for a run",
	"rules":                           "rule expressions are not evaluated",
	"control_system.epics.write":      "there is no gateway, so no write reaches equipment whatever is granted",
	"control_system.tango":            "there is no gateway for it, so nothing reaches it",
	"approval.write_access.approvers": "approvals cannot be given, so what requires one stays pending",
	"approval.write_access.self":      "approvals cannot be given, so what requires one stays pending",
	"approval.write_access.expires":   "approvals cannot be given, so what requires one stays pending",
	"approval.write_access.rehearsal": "there is no gateway to rehearse against",
	"approval.read_only":              "approvals cannot be given; a mode's requires_approval in config.yml holds runs back",
}

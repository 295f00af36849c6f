package interlock

import (
	"fmt"
	"strconv"
	"strings"
)

// Refusal is something that a run tried and its grant does not have. Equal ones
// are one entry with a count.
type Refusal struct {
	Kind    string     `json:"kind"` // connection, datagram, lookup, command, put, read
	What    string     `json:"what"` // "192.0.2.7:443", "example.org", "/usr/bin/curl"; the run chose it
	Count   int        `json:"count"`
	Rule    string     `json:"rule"` // network.default, network.allow, commands.default, commands.allow
	Policy  PolicyLine `json:"policy"`
	Message string     `json:"message"` // a whole sentence
	Hint    string     `json:"hint"`
	SeenBy  string     `json:"seen_by"` // kernel, supervisor, gateway, claimed
	// Violation names the limit of a channel that a put broke; "" elsewhere.
	Violation Violation `json:"violation,omitempty"`
}

// Connection is what went between a run and one endpoint of its grant, as the
// supervisor that forwarded it saw it. Connections with the same endpoint,
// address and error are one entry.
type Connection struct {
	Endpoint string `json:"endpoint"` // host:port as the run reached it
	Address  string `json:"address"`  // where the supervisor dialled; "" where it came to none
	Count    int    `json:"count"`
	Sent     int64  `json:"sent"`     // bytes from the run
	Received int64  `json:"received"` // bytes to the run
	Error    string `json:"error"`    // "" where it could be made
}

// Started is a program that a run started, from Grant.Commands. Equal ones are
// one entry.
type Started struct {
	Path  string   `json:"path"` // the executable, as granted
	Argv  []string `json:"argv"` // cut where it is long
	Count int      `json:"count"`
	// SeenBy is supervisor where the kernel had copied the arguments when they were
	// read, and claimed where the run could still have changed them.
	SeenBy string `json:"seen_by"`
}

// String is r for a person, with how often.
func (r Refusal) String() string {
	if r.Count > 1 {
		return fmt.Sprintf("%s, %d times", r.Message, r.Count)
	}
	return r.Message
}

// Denials are the words for what a grant does not have, taken from the policy so
// that a run is refused in the words of the decision.
type Denials struct {
	Network  Denial `json:"network"`
	Commands Denial `json:"commands"`
}

// Denial is the rule that refuses what the grant does not list.
type Denial struct {
	Rule   string     `json:"rule"`
	Policy PolicyLine `json:"policy"`
	Why    string     `json:"why"` // ends the sentence "connection to X is refused: "
	// Has is the list that the rule stands for, for people and not for the sandbox: a
	// line that an operator writes replaces it.
	Has []string `json:"-"`
}

// Connection is the refusal of a connection to the endpoint to.
func (d Denial) Connection(to string) (message string) {
	return fmt.Sprintf("connection to %s is refused: %s", to, d.why())
}

// Command is the refusal of a program.
func (d Denial) Command(program string) (message string) {
	return fmt.Sprintf("start of %s is refused: %s", program, d.why())
}

func (d Denial) why() string {
	if d.Why == "" {
		return "nothing was granted"
	}
	return d.Why
}

// At is message with the place of the rule, where that is known.
func (d Denial) At(message string) string {
	if d.Policy.Line == 0 {
		return message
	}
	return fmt.Sprintf("%s (%s:%d)", message, d.Policy.File, d.Policy.Line)
}

// AllowEndpoint and AllowCommand are what an operator may type where a run needs
// what was refused; has is what the list has already.
func AllowEndpoint(to string, has ...string) (hint string) {
	quoted := make([]string, 0, len(has))
	for _, e := range has {
		quoted = append(quoted, strconv.Quote(e))
	}
	return "fetch the data first and pass the file with --input; an operator who wants it writes " + WriteList("network: {allow: [%s]}", quoted, strconv.Quote(to))
}

// AllowCommand is AllowEndpoint for a program.
func AllowCommand(program string, has ...string) (hint string) {
	return "do it in Python, for example with pathlib, shutil or gzip; an operator who wants it writes " + WriteList("commands: {allow: [%s]}", has, program)
}

// WriteList is a line of a policy, where a list goes to the verb in it, with one entry
// more than the list has: a list replaces the one that it extends, so a line with the
// new entry alone would take the others away. Entries are spelled as in YAML.
func WriteList(line string, has []string, entry string) string {
	const shown = 5
	items, keeps := has, ""
	if len(has) > 0 {
		keeps = ", which keeps what the list has"
	}
	if len(has) > shown {
		items = append(has[:shown:shown], "…")
		keeps = fmt.Sprintf(", with all %d entries that the list has, because a list replaces what it extends", len(has))
	}
	return fmt.Sprintf("`"+line+"`", strings.Join(append(items[:len(items):len(items)], entry), ", ")) + keeps
}

// Package bench measures what a person waits for, next to what they would use
// instead, in one run on one machine. Absolute times say little on a machine that
// is shared with others; ratios of what was measured in turn say more, so each
// round runs every subject once, beginning with another one each time.
//
// `make bench` prints the tables and keeps each measured time as a JSON line in
// bench/ (see rows_linux_test.go). A baseline that this machine does not have is a
// row that says why.
//
// It measures time and memory, not how well a subject confines: bubblewrap,
// sandlock and runsc are called with options that give about what Interlock's
// level "namespaces" gives, and none of them analyses, decides or records.
// BenchmarkDaemon is for profiles: it holds the daemon in the measuring process.
package bench

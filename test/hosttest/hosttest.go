// Package hosttest is what tests need of a Linux host: a terminal, and the processes
// below one. Nothing in it is for the product.
package hosttest

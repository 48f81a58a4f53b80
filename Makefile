# Everything a fresh machine needs is Python 3.11+, make and a package index.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
PYTEST := $(BIN)/pytest
# Most tests wait for processes more than they compute: twice the cores, and an idle worker takes over waiting tests.
WORKERS ?= 4

.DEFAULT_GOAL := help
.PHONY: help setup demo test test-full test-crash test-outside test-browser bench screenshots lint format lock clean

help:  ## Show this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

$(READY): pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or newer is needed; say make PYTHON=python3.12" if sys.version_info < (3, 11) else 0)'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check --upgrade 'pip>=25.1'
	$(BIN)/pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable . --group dev
	@touch $@

setup: $(READY)  ## Make the virtual environment

demo: $(READY)  ## The real bot against a sandbox workspace; no account needed
	$(BIN)/imagine-bot demo

test: $(READY)  ## The same confidence in about five minutes: all tests but the slow ones
	$(PYTEST) -n $(WORKERS) --dist worksteal -m "not slow"

test-full: export EXAMPLES = any machine
test-full: $(READY)  ## Every test: the crash matrix, the whole page, new random examples, large numbers
	$(PYTEST) -n $(WORKERS) --dist worksteal -m "not alone"
	$(PYTEST) -m alone

test-crash: $(READY)  ## The whole crash matrix: kill -9 around every external effect
	$(PYTEST) tests/crash -n $(WORKERS) --dist worksteal

test-outside: $(READY)  ## The slow scenarios: hours of outage, hostile clients, long shutdowns
	$(PYTEST) tests/scenario tests/unit -n $(WORKERS) --dist worksteal -m "slow and not alone"

test-browser: $(READY)  ## Every test of the sandbox's page (needs Chromium)
	$(PYTEST) tests/browser

bench: $(READY)  ## Measure; prints tables and ratios
	$(BIN)/python -m benchmarks.ack

screenshots: $(READY)  ## Take the pictures of the documentation (needs Chromium)
	$(BIN)/python scripts/screenshots.py

lint: $(READY)  ## Style, types and import rules, as CI checks them
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: $(READY)  ## Format the code
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

lock: $(READY)  ## Write the installed versions to constraints.txt
	$(BIN)/pip freeze --exclude-editable > constraints.txt

clean:  ## Remove what make made
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .hypothesis demo-data build *.egg-info

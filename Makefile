# The two commands a newcomer needs: `make demo` and `make test`. Everything is installed into $(VENV), nothing elsewhere.

PYTHON ?= python3
VENV ?= .venv
SAMPLE ?= releases/product-launch.md
PYTEST_FLAGS ?= -n auto
REAL_FLAGS ?= -n 2 --dist loadfile

BIN = $(VENV)/bin
PIP = $(BIN)/python -m pip --disable-pip-version-check --quiet
PROJECT = pyproject.toml constraints/runtime.txt

.DEFAULT_GOAL = help
.NOTPARALLEL:
.PHONY: help demo test test-servers lint format bench bench-schedule bench-newsroom docs lock clean

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-14s %s\n", $$1, $$2}' Makefile

demo: $(VENV)/runtime.stamp ## Show what a sample release becomes, then publish it to a newsroom in site/ (no account needed)
	@echo
	@echo "== publish $(SAMPLE) --dry-run --only newsroom,x,bluesky,telegram"
	@$(BIN)/publish $(SAMPLE) --dry-run --only newsroom,x,bluesky,telegram
	@echo
	@echo "== publish $(SAMPLE) --yes"
	@$(BIN)/publish $(SAMPLE) --yes
	@echo
	@echo "The newsroom is in site/: open site/index.html in a browser."

test: $(VENV)/dev.stamp ## Run the tests
	$(BIN)/python -m pytest $(PYTEST_FLAGS)

test-servers: $(VENV)/dev.stamp ## Run the tests against real servers, which are installed into .servers/ (once; some minutes)
	$(BIN)/python tools/servers
	$(BIN)/python -m pytest $(REAL_FLAGS) tests/real

lint: $(VENV)/dev.stamp ## Check style, types and the floors of the house
	$(BIN)/ruff check . tools/lock tools/generate tools/servers tools/screenshots
	$(BIN)/ruff format --check . tools/lock tools/generate tools/servers tools/screenshots
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python tools/generate --check

format: $(VENV)/dev.stamp ## Lay the code out as the linter wants it
	$(BIN)/ruff format . tools/lock tools/generate tools/servers tools/screenshots
	$(BIN)/ruff check --fix . tools/lock tools/generate tools/servers tools/screenshots

bench: $(VENV)/runtime.stamp ## Measure start-up, reading, and writing for every channel
	$(BIN)/python benchmarks/startup.py
	$(BIN)/python benchmarks/parsing.py
	$(BIN)/python benchmarks/composing.py

bench-schedule: $(VENV)/runtime.stamp ## Measure what a full schedule, and a full folder of releases, cost cron (some minutes, 2 GB)
	$(BIN)/python benchmarks/schedule.py

bench-newsroom: $(VENV)/runtime.stamp ## Measure what a newsroom of two thousand releases costs (a minute or two)
	$(BIN)/python benchmarks/newsroom.py

docs: $(VENV)/runtime.stamp ## Write what the docs take from the program (a picture, a table)
	$(BIN)/python tools/generate

screenshots: $(VENV)/dev.stamp ## Take the pictures of pages in the docs, in Chromium
	$(BIN)/python tools/servers
	PYTHONPATH=tests $(BIN)/python tools/screenshots

lock: ## Pin what pyproject.toml asks for (OPTIONS=--upgrade for the newest)
	$(PYTHON) tools/lock $(OPTIONS)

clean: ## Remove what was installed and cached (never site/ nor the ledger: they say what was published)
	rm -rf $(VENV) .servers artefacts dist build .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(VENV)/made.stamp:
	@command -v $(PYTHON) >/dev/null || { \
	  echo "Python was not found as '$(PYTHON)'. Install Python 3.11 or later, or name it: make PYTHON=/path/to/python3"; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "This needs Python 3.11 or later; '$(PYTHON)' is $$($(PYTHON) -V 2>&1). Name another: make PYTHON=python3.13"; exit 1; }
	@echo "Making $(VENV) with $$($(PYTHON) -V)"
	@$(PYTHON) -m venv --clear $(VENV) || { \
	  echo "No virtual environment could be made. On Debian and Ubuntu: apt install python3-venv"; exit 1; }
	@touch $@

$(VENV)/runtime.stamp: $(VENV)/made.stamp $(PROJECT)
	@echo "Installing the program and what it needs (once; a minute or so)"
	@$(PIP) install --require-hashes -r constraints/runtime.txt
	@$(PIP) install --no-deps --no-build-isolation -e .
	@$(BIN)/python -m compileall -q publisher
	@touch $@

$(VENV)/dev.stamp: $(VENV)/made.stamp $(PROJECT) constraints/dev.txt
	@echo "Installing the program and the tools of its tests (once; a minute or so)"
	@$(PIP) install --require-hashes -r constraints/dev.txt
	@$(PIP) install --no-deps --no-build-isolation -e .
	@$(BIN)/python -m compileall -q publisher
	@touch $(VENV)/runtime.stamp $@

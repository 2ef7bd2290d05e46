# Everything is made by stamps in .stamps: run any target again at any time, only what changed is done.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
PYTHON ?= python3
UV := .tools/bin/uv
PY := .venv/bin/python
DEMO_HOME ?= demo-home
PORT ?= 8000
TESTS ?=
WORKERS ?= 2
DIST := src/bihuan/ui/static/ui/dist
export PYTHONPATH := src
# Where Python may keep nothing compiled, each process that a test or the product starts compiles all its modules anew.
export PYTHONDONTWRITEBYTECODE :=

say = @printf '\033[1m== %s\033[0m\n' "$(1)"

.PHONY: help setup setup-dev demo up test test-long test-spark bench bench-large check-data lint format shots lock messages clean

help: ## Show what can be made
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk 'BEGIN {FS = ":.*## "} {printf "  make %-12s %s\n", $$1, $$2}'

setup: .stamps/base .stamps/assets .stamps/messages ## Install what the product needs and build it

setup-dev: .stamps/dev .stamps/assets .stamps/messages ## The same with everything that tests and checks need

demo: setup ## Start the product with the demonstration company (PORT=8000, DEMO_HOME=demo-home)
	$(call say,Starting the product with the demonstration company in $(DEMO_HOME))
	@.venv/bin/bihuan up --demo --home $(DEMO_HOME) --port $(PORT)

up: setup ## Start the product on an empty or existing workspace
	@.venv/bin/bihuan up --port $(PORT)

test: setup-dev ## Run all tests: SQLite, PostgreSQL and a real browser
	$(call say,Tests on SQLite with a real browser)
	@# Two workers drive a browser each and wait for pages: one more keeps the cores busy. Each costs 15 s of setting up.
	@$(PY) scripts/with_browser.py $(PY) -m pytest -n $$(( $(WORKERS) + 1 )) -m "not long and not spark" --durations=40 $(TESTS)
	$(call say,Tests that touch the database on PostgreSQL)
	@$(PY) scripts/with_postgres.py $(PY) -m pytest -n $(WORKERS) --database-only -m "not long and not spark and not browser" src/bihuan/core src/bihuan/config src/bihuan/ui src/bihuan/serve src/bihuan/loop tests $(TESTS)

test-long: setup-dev ## Fuzzing, simulations and further journeys
	$(call say,Long tests)
	@$(PY) scripts/with_browser.py $(PY) scripts/with_postgres.py $(PY) -m pytest -n $$(( $(WORKERS) + 1 )) -m "long" --durations=25 $(TESTS)

test-spark: setup-dev ## Every passport and the process map on DuckDB and on Spark
	$(call say,Spark gives the numbers of DuckDB)
	@$(PY) scripts/with_java.py $(PY) -m pytest -m spark -p no:cacheprovider $(TESTS)

bench: setup-dev ## Measure against the raw scan, pandas and PostgreSQL on 1 M cases, then surveys (ratios)
	@ended=0; $(PY) scripts/with_postgres.py $(PY) -m bench --cases 1000000 || ended=1; $(PY) -m bench.surveys || ended=1; \
	$(PY) scripts/with_postgres.py $(PY) -m bench.answers || ended=1; exit $$ended

bench-large: setup-dev ## The same on 10 M cases
	@$(PY) scripts/with_postgres.py $(PY) -m bench --cases 10000000

check-data: setup-dev ## Import the public files in $$BIHUAN_DATA and compare with their published figures
	@$(PY) scripts/check_data.py

lint: setup-dev ## Style, types, imports and the house rules
	$(call say,Style)
	@$(PY) -m ruff check .
	$(call say,Types)
	@$(PY) -m mypy
	$(call say,Imports)
	@.venv/bin/lint-imports
	$(call say,Languages)
	@$(PY) scripts/messages.py --check

shots: setup-dev ## Take the screenshots of the README anew
	@$(PY) scripts/with_browser.py $(PY) scripts/shots.py

messages: .stamps/base ## Build the language catalogues
	@rm -f .stamps/messages && $(MAKE) --no-print-directory .stamps/messages

lock: .tools/bin/uv ## Resolve the dependencies anew
	@$(UV) pip compile --universal --generate-hashes --no-emit-index-url --no-header --python-version 3.11 -q -o requirements.lock pyproject.toml
	@$(UV) pip compile --universal --generate-hashes --no-emit-index-url --no-header --python-version 3.11 -q --all-extras --group dev -c requirements.lock -o requirements-dev.lock pyproject.toml

clean: ## Remove what was built (not your workspaces)
	@rm -rf .stamps .venv .tools node_modules $(DIST)

# --- how it is made -------------------------------------------------------------------------------------------

.tools/bin/uv:
	@mkdir -p .stamps
	@command -v $(PYTHON) >/dev/null || { echo "Python 3.11 or newer is needed: install it (Debian: apt-get install python3 python3-venv) and run make again."; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] < (3, 14))' || { echo "Python 3.11, 3.12 or 3.13 is needed, this is $$($(PYTHON) --version). Name another: make PYTHON=python3.11 ..."; exit 1; }
	$(call say,Installing the installer (uv) into .tools)
	@$(PYTHON) -m venv .tools || { echo "Python's venv module is missing (Debian: apt-get install python3-venv), then run make again."; rm -rf .tools; exit 1; }
	@.tools/bin/pip install -q uv || { echo "The Python package registry cannot be reached: check the network or pip's settings, then run make again."; exit 1; }

.venv/bin/python: .tools/bin/uv
	@test -x .venv/bin/python || $(UV) venv -q .venv --python $$($(PYTHON) -c 'import sys; print(sys.executable)')
	@touch -c .venv/bin/python

.stamps/base: requirements.lock pyproject.toml | .venv/bin/python
	$(call say,Installing the product's parts)
	@mkdir -p .stamps
	@$(UV) pip install -q --python .venv --require-hashes -r requirements.lock
	@$(UV) pip install -q --python .venv --no-deps -e .
	@touch $@

.stamps/dev: requirements-dev.lock .stamps/base
	$(call say,Installing what the tests need)
	@$(UV) pip install -q --python .venv --require-hashes -r requirements-dev.lock
	@touch $@

.stamps/node: package.json package-lock.json
	$(call say,Installing the page assets)
	@mkdir -p .stamps
	@command -v npm >/dev/null || { echo "Node.js 20 with npm is needed to build the pages: install it (Debian: apt-get install nodejs npm) and run make again."; exit 1; }
	@npm ci --no-audit --no-fund --loglevel=error || { echo "npm could not install the assets: check the network or npm's settings, then run make again."; exit 1; }
	@touch $@

.stamps/assets: .stamps/node .stamps/base $(shell find src/bihuan/ui -name '*.js' -o -name '*.mjs' -o -name '*.css' 2>/dev/null | grep -v /dist/)
	$(call say,Building the page assets)
	@node src/bihuan/ui/build.mjs
	@touch $@

.stamps/messages: .stamps/base scripts/messages.py $(wildcard src/bihuan/locale/parts/*.json)
	@$(PY) scripts/messages.py
	@touch $@

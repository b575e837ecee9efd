# Everything is set up in .venv by the targets themselves: only make and Python are needed.
PYTHON ?= python3
VENV   ?= .venv
BIN    := $(VENV)/bin
# Modules are compiled when they are first imported: half the time of setting up.
PIP    := $(BIN)/python -m pip --disable-pip-version-check install --quiet --no-compile
STAMP  := $(VENV)/.installed
BROWSERS := chromium chromium-browser google-chrome
N      ?= 1000
SEED   ?= 0
CHECKED := src $(wildcard benchmarks)

.DEFAULT_GOAL := help
.PHONY: help demo test browser fuzz lint format messages lock bench bench-full mutants clean

help: ## show this list
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/make \1	\2/p' $(MAKEFILE_LIST)

demo: $(STAMP) ## schedule a made-up city of 12,000 ASN; the roster is written to demo-output/
	$(BIN)/rotasi demo --n-asn 12000 --out demo-output --force

test: lint ## check style, types and imports, and run all tests
	$(BIN)/python -m pytest -n 2 --dist loadgroup

browser: ## find the browser in which tests try the page, or install it
	@for name in "$$ROTASI_CHROMIUM" $(BROWSERS); do \
		command -v "$$name" && exit; \
	done; \
	if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
		apt-get update -qq && apt-get install -y -qq --no-install-recommends chromium; \
	else \
		echo "no Chromium: install one (Debian: sudo apt-get install chromium), or set"; \
		echo "ROTASI_CHROMIUM to its path; without it the tests of the page are skipped"; \
	fi

fuzz: $(STAMP) ## try random instances on 2 cores: make fuzz N=20000 SEED=0 FLAGS=--explain
	PYTHONPATH=tests $(BIN)/python -m fuzz $(N) --seed $(SEED) $(FLAGS)

lint: $(STAMP) ## check style, types and imports
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy --strict $(CHECKED)
	$(BIN)/lint-imports

format: $(STAMP) ## format the code and mend what can be mended
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

.PHONY: docs
docs: $(STAMP) ## build the site in build/docs
	$(BIN)/python -m sphinx -q -W --keep-going -d build/doctrees docs build/docs

messages: $(STAMP) ## collect the texts, then compile the translations
	$(BIN)/pybabel -q extract -F babel.cfg -k plural:1,2 -k mark --no-location --sort-output \
		--project rotasi --copyright-holder "The rotasi authors" -o $(VENV)/rotasi.pot .
	$(BIN)/pybabel -q update -D rotasi -i $(VENV)/rotasi.pot -d src/rotasi/locale \
		--no-fuzzy-matching --ignore-obsolete --ignore-pot-creation-date
	$(BIN)/pybabel -q compile -D rotasi -d src/rotasi/locale

lock: $(STAMP) ## pin the newest versions of everything that development needs
	$(BIN)/uv pip compile pyproject.toml --extra dev --universal --python-version 3.11 \
		--fork-strategy fewest --generate-hashes --no-header --no-emit-index-url --upgrade \
		--quiet -o requirements/dev.txt

bench: $(STAMP) ## measure
	$(BIN)/python -m benchmarks

bench-full: $(STAMP) ## measure everything, and how it grows
	$(BIN)/python -m benchmarks --full
	$(BIN)/python -m benchmarks.growth --out build/benchmarks

mutants: $(STAMP) ## look for mistakes in the verifier, classes and compile that no test would notice
	rm -rf mutants
	$(BIN)/mutmut run --max-children 2
	$(BIN)/python tests/judge_mutants.py

clean: ## remove what the targets made
	rm -rf $(VENV) demo-output build dist .mypy_cache .pytest_cache .ruff_cache .hypothesis \
		.import_linter_cache mutants

$(STAMP): requirements/dev.txt pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "rotasi needs Python 3.11 or newer: make PYTHON=python3.11")'
	$(PYTHON) -m venv --clear $(VENV)
	$(PIP) --require-hashes -r requirements/dev.txt
	$(PIP) --no-deps --no-build-isolation -e .
	@touch $@

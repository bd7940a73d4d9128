# The commands people type. Each sets up what it needs: a virtual environment in .venv with the project and its tools.

PYTHON ?= python3
BIN := .venv/bin
STAMP := .venv/.installed
MOCK := .venv/mastodon-mock/.installed

.DEFAULT_GOAL := help
.PHONY: help setup demo test lint types imports check format bench fit pictures clean

help: ## Show this list
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## /  make \1\t/' | expand -t 16

$(STAMP): pyproject.toml hatch_build.py $(wildcard reputation_bot/locales/*/LC_MESSAGES/*.po)
	@$(PYTHON) -c 'import sys; sys.exit("reputation-bot needs Python 3.11 or newer; this is " + sys.version.split()[0] + ". Try: make PYTHON=python3.11 …") if sys.version_info < (3, 11) else None'
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --disable-pip-version-check --editable '.[dev]'
	@touch $@

# a server that tests start: in an environment of its own, so that its plugin for pytest and what it needs stay out of ours
$(MOCK): tests/mastodon-mock.txt | $(STAMP)
	$(BIN)/python -m venv --without-pip --clear .venv/mastodon-mock
	$(BIN)/pip --python .venv/mastodon-mock/bin/python install --quiet --disable-pip-version-check --no-deps --requirement $<
	@touch $@

setup: $(STAMP) $(MOCK) ## Make .venv with everything in it

demo: $(STAMP) ## Try the whole loop in the browser, without any account
	$(BIN)/reputation-bot demo $(ARGS)

test: $(STAMP) $(MOCK) ## Run all tests
	$(BIN)/pytest --numprocesses auto --dist worksteal $(ARGS)

format: $(STAMP) ## Format the code
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

lint: $(STAMP) ## Format and lint, changing nothing
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .

types: $(STAMP) ## Strict types
	$(BIN)/mypy

imports: $(STAMP) ## Directions of imports between packages
	$(BIN)/lint-imports

check: lint types imports $(MOCK) ## All that must hold before a commit
	$(BIN)/pytest --numprocesses auto --dist worksteal --cov --cov-report=term-missing:skip-covered $(ARGS)

pictures: $(STAMP) ## Make the pictures of the documents anew
	$(BIN)/python -m tests.make_pictures

fit: $(STAMP) ## Fit the packs' weights on the development data
	$(BIN)/python -m bench.fit $(ARGS)

bench: $(STAMP) ## Measure what matters, as ratios within one run
	$(BIN)/python -m bench $(ARGS)

clean: ## Remove what the commands above made
	rm -rf .venv .mypy_cache .pytest_cache .ruff_cache .hypothesis .coverage* htmlcov build dist

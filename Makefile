# Needs Python 3.11 or later and nothing else: every target sets up .venv by itself.
# `make PYTHON=/path/to/python3.12 test` chooses the Python; `make clean` starts over.

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
MAKEFLAGS += --no-builtin-rules

VENV := .venv
BIN := $(VENV)/bin
# Stamps: newer than pyproject.toml means that what it asks for is installed.
# Installing compiles no bytecode: Python does that for what is imported, which is a small part of it.
PLAIN := $(VENV)/.installed
DEV := $(VENV)/.installed-dev

POLICIES ?= call-desk,speed-to-lead,warm-introduction
OUT ?= demo-results

.PHONY: help demo test bench lint format types check clean

help: ## show this list
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## (.*)/  make \1\t\2/' | expand -t 16

demo: $(PLAIN) ## compare three ways of passing a lead; figures and table into demo-results/
	@$(BIN)/relay compare olist --policies $(POLICIES) --out $(OUT)
	@printf '\nFigures and table are in %s:\n' "$(abspath $(OUT))"
	@find $(OUT) -type f | sort | sed 's/^/  /'

test: $(DEV) ## run the tests, but not the slow ones
	$(BIN)/python -m pytest -n 2 --dist worksteal

bench: $(DEV) ## measure speed against the numbers in benchmarks/
	$(BIN)/python -m benchmarks

lint: $(DEV) ## check style
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

format: $(DEV) ## put style right where that can be done safely
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

types: $(DEV) ## check types
	$(BIN)/mypy sim

check: lint types test ## lint, types and tests

clean: ## remove .venv, caches and built files
	rm -rf $(VENV) build dist *.egg-info demo-results .mypy_cache .pytest_cache .ruff_cache .hypothesis
	find . \( -name __pycache__ -o -name __compiled__ \) -type d -prune -exec rm -rf {} +

# Whether a Python will do is asked of the Python itself: a name on PATH may be a stub for a version that
# is not there, and some systems ship Python without the part that makes environments.
FIND_PYTHON = \
	found=; bare=; \
	for candidate in $(PYTHON) $(if $(PYTHON),,python3 python3.13 python3.12 python3.11 python \
	    $$(ls -d "$$HOME"/.pyenv/versions/3.1[1-9]*/bin/python 2>/dev/null || true)); do \
	  "$$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || continue; \
	  if "$$candidate" -c 'import ensurepip, venv' 2>/dev/null; then found=$$candidate; break; fi; \
	  bare=$${bare:-$$candidate}; \
	done; \
	if [[ -z $$found && -n $$bare ]]; then \
	  echo "$$bare is new enough but cannot make environments: install its venv package (on Debian and" \
	    "Ubuntu: apt install python3-venv), then run make again." >&2; exit 1; \
	elif [[ -z $$found ]]; then \
	  echo "No Python 3.11 or later found$(if $(PYTHON), at $(PYTHON)). Install one, or name one:" \
	    "make PYTHON=/path/to/python3.11 <target>" >&2; exit 1; \
	fi

$(BIN)/python:
	@$(FIND_PYTHON); \
	echo "Setting up $(VENV) with $$($$found --version) ($$found)"; \
	rm -rf $(VENV); $$found -m venv $(VENV)

$(PLAIN): pyproject.toml | $(BIN)/python
	@echo "Installing what a simulation needs (once; a minute or two)"
	@$(BIN)/python -m pip install --quiet --no-compile --disable-pip-version-check -e .
	@touch $@

$(DEV): pyproject.toml | $(BIN)/python
	@echo "Installing what simulations and their tests need (once; a minute or two)"
	@$(BIN)/python -m pip install --quiet --no-compile --disable-pip-version-check -e '.[dev]'
	@touch $(PLAIN) $@

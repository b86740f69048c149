PYTHON ?= python3
BIN := .venv/bin
INSTALLED := .venv/installed

.PHONY: install demo up down test lint audit-verify samples constraints clean

install: $(INSTALLED)

$(INSTALLED): requirements.txt requirements-dev.txt constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else "Python 3.11 or later is needed: make PYTHON=python3.11")'
	@echo "Making .venv (two to three minutes the first time)"
	@$(PYTHON) -m venv .venv
	@$(BIN)/pip install --quiet --disable-pip-version-check -r requirements-dev.txt -c constraints.txt
	@touch $@

# make demo DOCUMENTS=<folder> takes your own files instead of the samples.
demo: install
	@$(BIN)/python -m demo run $(if $(DOCUMENTS),"$(DOCUMENTS)")

up: install
	@$(BIN)/python -m demo up

down: install
	@$(BIN)/python -m demo down

test: install
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/python -m pytest

lint: install
	@$(BIN)/ruff check .
	@$(BIN)/mypy

# Verifies the audit chains of the running local system, or of AWS with AWS_PROFILE set.
audit-verify: install
	@$(BIN)/python -m demo.audit_verify

samples: install
	@$(BIN)/python -m include.samples include/samples/documents

clean:
	rm -rf .venv var

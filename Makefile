PYTHON ?= python3
BIN := .venv/bin
INSTALLED := .venv/installed
HOW_TO_TEST_AWS := These tests run in your AWS account and cost less than a dollar: deploy the stack, then AWS_PROFILE=<profile> STACK=<stack> make test-aws (docs/aws.md)

.PHONY: install demo up down test test-aws rehearse-aws bench-textract bench-classify bench-convert bench-queue bench-day mutants canaries lint audit-verify fhir-verify export samples clean

install: $(INSTALLED)

$(INSTALLED): requirements.txt requirements-dev.txt requirements-second-opinion.txt constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else "Python 3.11 or later is needed: make PYTHON=python3.11")'
	@echo "Making .venv (two to three minutes the first time)"
	@$(PYTHON) -m venv .venv
	@$(BIN)/pip install --quiet --disable-pip-version-check -r requirements-dev.txt -c constraints.txt
	@$(BIN)/pip install --quiet --disable-pip-version-check --no-deps -r requirements-second-opinion.txt
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
	@$(BIN)/python -m pytest -n 3 --dist loadscope --no-loadscope-reorder

# The tests marked aws in the account of AWS_PROFILE, with the stack STACK (docs/aws.md); says what it costs first.
test-aws: install
	@test -n "$$AWS_PROFILE" || { echo "$(HOW_TO_TEST_AWS)"; exit 1; }
	@$(BIN)/python -m pytest tests/end_to_end --aws -v

# The same against the sandbox, which plays the account.
rehearse-aws: install
	@$(BIN)/python -m tests.end_to_end.rehearse_aws

# Our reader of Textract's blocks against AWS's libraries, and the memory of a job of 3,000 pages (docs/benchmarks.md).
bench-textract: install
	@$(BIN)/python -m benchmarks.textract_blocks

# Classification against plain text extraction, its growth and its memory; DOCUMENTS=<folder> times your own PDFs too.
bench-classify: install
	@$(BIN)/python -m benchmarks.classify $(if $(DOCUMENTS),--documents "$(DOCUMENTS)")

# 2,000 damaged files through classification, cutting and reading; make mutants CORPUS=<folder> damages your own files too.
mutants: install
	@$(BIN)/python -m benchmarks.mutants $(if $(CORPUS),--corpus "$(CORPUS)")

# From a merged document to the validated bundle, beside fhir.resources; DOCUMENTS=<folder of document.json> times yours.
bench-convert: install
	@$(BIN)/python -m benchmarks.convert $(if $(DOCUMENTS),--documents "$(DOCUMENTS)")

# How soon the review queue answers with 5,000 documents in it, beside Airflow's own list of task instances.
bench-queue: install
	@$(BIN)/python -m benchmarks.review_queue

# A day of 500 documents with seven kinds of faults through a real Airflow, and all of them dealt with in bulk (20 minutes).
bench-day: install
	@$(BIN)/python -m benchmarks.operators_day

# Documents of invented patients go all ways, then every place is searched for their names (docs/security.md; minutes).
canaries: install
	@PYTHONPATH=.:plugins:tests/end_to_end $(BIN)/python -m canaries

lint: install
	@$(BIN)/ruff check .
	@$(BIN)/mypy

# Verifies the audit chains of the running local system, or of AWS with AWS_PROFILE set.
audit-verify: install
	@$(BIN)/python -m demo.audit_verify

# Whether the FHIR server that FHIR_SERVER_URL names takes what is posted (docs/fhir_server.md).
fhir-verify: install
	@$(BIN)/python -m include.fhir.server

# A run's records as NDJSON for bulk import (docs/export.md); without RUN it prints the runs that there are.
export: install
	@$(BIN)/python -m demo.export $(if $(RUN),"$(RUN)")

samples: install
	@$(BIN)/python -m include.samples include/samples/documents

clean:
	rm -rf .venv var

PYTHON ?= python3
BIN := .venv/bin
INSTALLED := .venv/installed
HOW_TO_TEST_AWS := These tests run in your AWS account and cost less than a dollar: deploy the stack, then AWS_PROFILE=<profile> STACK=<stack> make test-aws (docs/aws.md)

.PHONY: install demo up down test test-aws rehearse-aws aws-verify iam-table env compose-native bench bench-textract bench-classify bench-convert bench-queue bench-day mutants canaries lint status reprocess clean-metadata audit-verify fhir-verify export samples clean reconcile soak chaos

install: $(INSTALLED)

$(INSTALLED): requirements.txt requirements-cluster.txt requirements-sandbox.txt requirements-dev.txt requirements-second-opinion.txt constraints.txt
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

# Whether the stack STACK of AWS_PROFILE's account is as the template says; without a profile, the sandbox plays it.
# make aws-verify JSON=1 prints JSON.
aws-verify: install
	@$(BIN)/python -m demo.aws_verify $(if $(JSON),--json)

# The pipeline with exactly its IAM policy, then with each statement, action and resource of it taken away (5 minutes).
iam-table: install
	@PYTHONPATH=.:plugins AIRFLOW__LOGGING__LOGGING_LEVEL=CRITICAL $(BIN)/python -W ignore -m tests.infrastructure.least_privilege

# .env for docker-compose.yaml with secrets of its own (docs/deploying.md); make env FOR=aws without the sandbox.
env:
	@$(PYTHON) -m include.infrastructure.environment_file $(FOR)

# The services of docker-compose.yaml without Docker, on the Postgres of 127.0.0.1:5432 and a Redis of their own: the
# samples go through them, and a Celery worker is killed on the way.
compose-native: install
	@$(BIN)/python -m tests.end_to_end.compose_native

# Every benchmark in turn, then the tables and plots of docs/benchmarks.md (two hours with Airflow's own, 30 minutes
# without); ONLY=<names> runs these alone, ONLY=page makes the page from what was measured; CORPUS=<folder> for money.
bench: install
	@$(BIN)/python -m benchmarks $(if $(ONLY),--only "$(ONLY)") $(if $(CORPUS),--corpus "$(CORPUS)")

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

# A day of 1,000 documents through the services of docker-compose.yaml, OCR's quota enforced (docs/soak.md; an hour).
soak: install
	@PYTHONPATH=.:plugins:tests/end_to_end $(BIN)/python -m soak $(if $(DOCUMENTS),--documents $(DOCUMENTS))

# Documents on the whole deployment (as compose-native, with a Postgres of its own) while its parts are killed and its
# services refuse: docs/faults.md. SEED=<n> repeats a run, ONLY=worker,redis takes some of the faults (up to 40 minutes).
chaos: install
	@PYTHONPATH=.:plugins:tests/end_to_end $(BIN)/python -m chaos $(if $(DOCUMENTS),--documents $(DOCUMENTS)) \
		$(if $(SEED),--seed $(SEED)) $(if $(ONLY),--only "$(ONLY)")

lint: install
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/cfn-lint include/infrastructure/pipeline.yaml

# How the local system is, or the deployment of AIRFLOW_URL (docs/upkeep.md); make -s status JSON=yes is for programs.
status: install
	@$(BIN)/python -m demo.status $(if $(JSON),--json)

# Whether every document, page, audit event and fact is accounted for (docs/reconcile.md); make reconcile DAY=<day>, or
# several in quotes; make -s reconcile JSON=yes is for programs; OPTIONS="--billed-again 1" passes others on.
reconcile: install
	@$(BIN)/python -m demo.reconcile $(foreach day,$(DAY),--day $(day)) $(if $(JSON),--json) $(OPTIONS)

# Documents by the version of the converter that made them; START=yes makes those of another version anew, LIMIT=<n> at
# most so many (docs/upkeep.md).
reprocess: install
	@$(BIN)/python -m demo.reprocess $(if $(START),--start) $(if $(LIMIT),--limit $(LIMIT))

# What of Airflow's metadata is older than KEEP_DAYS (90) and not needed any more; with DELETE=yes it goes (docs/upkeep.md).
clean-metadata: install
	@$(BIN)/python -m demo.clean_metadata $(if $(KEEP_DAYS),--keep-days $(KEEP_DAYS)) $(if $(DELETE),--delete)

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

# Everything a laptop needs: make, python3 (3.11 or newer) with venv, git. The rest is fetched here.
PY ?= python3
PORT ?= 8080
ARGS ?=
UV := $(shell command -v uv 2>/dev/null || echo .tools/bin/uv)
BIN := .venv/bin
.DEFAULT_GOAL := help
# A verb starts many interpreters: each would compile all it imports where a shell forbids keeping it.
unexport PYTHONDONTWRITEBYTECODE

help:  ## Show this help
	@awk -F':.*## ' '/^[a-z-]+:.*## /{printf "  make %-10s %s\n",$$1,$$2}' $(MAKEFILE_LIST)

.tools/bin/uv:
	@$(PY) -m venv .tools || { echo "On Debian or Ubuntu first: sudo apt install -y python3-venv"; exit 1; }
	@.tools/bin/python -m pip install -q --disable-pip-version-check 'uv>=0.8,<1'

# `pip sync` removes what is not in the lock, so the editable install comes after it.
.venv/.stamp: pyproject.toml requirements-dev.lock $(filter .tools/%,$(UV))
	@$(UV) venv -q --allow-existing --python '>=3.11' .venv
	@$(UV) pip sync -q --python $(BIN)/python --require-hashes --compile-bytecode requirements-dev.lock
	@$(UV) pip install -q --python $(BIN)/python --no-deps -e .
	@touch $@

setup: .venv/.stamp  ## Install everything into .venv (the other verbs do it by themselves)

demo: .venv/.stamp  ## Serve the demo clinic on http://127.0.0.1:8080 (PORT=...); ARGS="--headless" tells a story
	@$(BIN)/aftercare demo --port $(PORT) $(ARGS)

# Stories through the whole laptop cloud: minutes of proof, with a verb of their own.
PLAYED := tests/behaviours tests/local/test_inbound_faults.py tests/local/test_nothing_leaks.py \
	tests/local/test_demo_clinic.py tests/architecture/test_rights_suffice.py

test: .venv/.stamp  ## Run the tests
	@$(BIN)/python -m pytest -q -n 2 --dist worksteal $(addprefix --ignore=,$(PLAYED) tests/web tests/fuzz) $(ARGS)

test-web: .venv/.stamp  ## Run the tests that need a browser (Debian: apt install chromium, or CHROMIUM=path)
	@$(BIN)/python -m pytest -q --allow-hosts=127.0.0.1,localhost tests/web $(ARGS)

screenshots: .venv/.stamp  ## Picture the demo's screens into infra/screenshots
	@$(BIN)/aftercare screenshots $(ARGS)

check: .venv/.stamp  ## Lint, types, import rules, template validation, content lint
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-cache
	@$(BIN)/cfn-lint template.yaml
	@$(BIN)/aftercare lint

format: .venv/.stamp  ## Format the code
	@$(BIN)/ruff check --fix -q .
	@$(BIN)/ruff format -q .

screen: .venv/.stamp  ## Print what the crisis screen catches and misses
	@$(BIN)/aftercare screen $(ARGS)

bench: .venv/.stamp  ## Print calls, write units and import cost per touch
	@$(BIN)/aftercare bench $(ARGS)

SAM := SAM_CLI_TELEMETRY=0 $(UV) tool run -q --from 'aws-sam-cli>=1.170,<2' sam

build: .venv/.stamp  ## Validate the template and build the Lambda artifact with SAM (python3.13, arm64)
	@$(SAM) validate --lint
	@$(SAM) build

deploy: build  ## Build, then deploy with SAM to the AWS account of the shell
	@$(SAM) deploy $(ARGS)

# No registry address is written to either lock.
lock: $(filter .tools/%,$(UV))  ## Refresh both lock files
	@$(UV) pip compile -q --universal --python-version 3.11 --generate-hashes --no-header --no-annotate --group dev pyproject.toml -o requirements-dev.lock
	@$(UV) pip compile -q --universal --python-version 3.11 --generate-hashes --no-header --no-annotate pyproject.toml -c requirements-dev.lock -o functions/requirements.txt

fuzz: .venv/.stamp  ## Send the API whatever its description allows and forbids (a minute; FUZZ_EXAMPLES=n)
	@$(BIN)/python -m pytest -q -n 2 tests/fuzz $(ARGS)

simulate: .venv/.stamp  ## Play every promised behaviour, strike every AWS call, scan all that leaves (minutes)
	@$(BIN)/python -m pytest -q -n 2 $(PLAYED) tests/local/every_call_of_every_function.py $(ARGS)

e2e:
	@echo "make $@ is not built yet: it comes with a later issue."; exit 2

clean:  ## Remove what the other verbs made
	@rm -rf .venv .tools .aws-sam .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis .demo

.PHONY: help setup demo test test-web screenshots check format screen bench build deploy lock fuzz simulate e2e clean

# Everything a developer runs. `make` alone lists it.
.DEFAULT_GOAL := help
.PHONY: help demo test simulate check bench fuzz coverage lock clean

VENV  := .venv
BIN   := $(VENV)/bin
READY := $(VENV)/.ready

# The first interpreter that is new enough; 3.12 and 3.13 are tried before 3.11 and plain python3.
PYTHON ?= $(shell for p in python3.13 python3.12 python3.11 python3; do \
	$$p -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1 && { echo $$p; break; }; done)

help: ## list these targets
	@printf '\n  A payment ledger in which every state change is one immutable event.\n\n'
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/\1\t\2/p' $(MAKEFILE_LIST) | \
		awk -F '\t' '{ printf "  \033[36mmake %-9s\033[0m %s\n", $$1, $$2 }'
	@printf '\n'

demo: $(READY) ## start everything and play one whole story (ONCE=1: end after it)
	@$(BIN)/ledger demo $(if $(ONCE),--once)

test: $(READY) ## run all tests on real servers (ARGS="-k words tests/part" narrows)
ifdef ARGS
	@$(BIN)/python -m pytest $(ARGS)
else
	@$(BIN)/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder --ignore=tests/e2e; beside=$$?; \
		$(BIN)/python -m pytest tests/e2e && exit $$beside
endif

simulate: $(READY) ## live seeded lives in memory (LIVES=1000; SEED=7 replays one; BUGS=1: which planted bugs are caught)
	@$(BIN)/python -m tests.simulation $(if $(SEED),--seed $(SEED),$(if $(BUGS),--bugs,--lives $(or $(LIVES),1000)))

check: $(READY) ## format, lint, types, arrows, dependencies, tidiness: under a minute, no network
	@$(MAKE) --no-print-directory --keep-going --jobs=2 --output-sync=target $(CHECKS)

# Each check is silent when it passes and tells everything when it does not; one failing does not hide the others.
CHECKS := check-format check-lint check-types check-arrows check-dependencies check-tidiness
.PHONY: $(CHECKS)
check-format:       ; @$(call quietly,$@,$(BIN)/ruff format --check .)
check-lint:         ; @$(call quietly,$@,$(BIN)/ruff check .)
check-types:        ; @$(call quietly,$@,$(BIN)/mypy)
check-arrows:       ; @$(call quietly,$@,$(BIN)/lint-imports)
check-dependencies: ; @$(call quietly,$@,$(BIN)/deptry .)
check-tidiness:     ; @$(BIN)/python -m pytest -q --no-header tests/test_tidy.py
quietly = said=$$($(2) 2>&1) && echo "  ok  $(1:check-%=%)" || { echo "$$said"; echo "  NOT ok  $(1:check-%=%)"; exit 1; }

bench: $(READY) ## measure against controls; writes benchmarks/results/latest.json
	@$(BIN)/python -m benchmarks $(ARGS)

fuzz: $(READY) ## send the API whatever its description allows and forbids, for ten minutes (ARGS="--seed 1")
	@$(BIN)/python -m tests.api.fuzzing --max-time 600 $(ARGS)

coverage: $(READY) ## branch coverage of the domain and the application (a report, no gate yet)
	@$(BIN)/python -m pytest -q --cov --cov-report=term $(ARGS)

lock: $(READY) ## write the lock files anew from pyproject.toml
	@$(PYTHON) -m venv $(VENV)/lock && $(VENV)/lock/bin/pip install --quiet --disable-pip-version-check uv
	@for extra in '' dev; do \
		$(VENV)/lock/bin/uv pip compile pyproject.toml $${extra:+--extra $$extra} --quiet --upgrade --universal \
			--python-version 3.11 --generate-hashes --no-header --no-annotate --no-emit-index-url \
			--output-file requirements$${extra:+-$$extra}.lock && echo "  wrote requirements$${extra:+-$$extra}.lock"; \
	done

clean: ## remove the environment, caches and the demo's data
	rm -rf $(VENV) .demo .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache .coverage build *.egg-info
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# The environment is made once and made again whenever the lock changes.
$(READY): requirements-dev.lock
	@test -n "$(PYTHON)" || { echo 'This needs Python 3.11 or newer with its venv module (on Debian: apt-get install python3-venv).'; exit 1; }
	@echo "  setting up $(VENV) with $$($(PYTHON) --version) (once; about a minute)"
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo '  installing locked packages ...'
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps -r requirements-dev.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@ && echo '  ready'

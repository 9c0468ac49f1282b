# Every chore of this repository. `make` alone lists them.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.set-up
# The tests start hundreds of processes of the product: each would compile it anew.
unexport PYTHONDONTWRITEBYTECODE
# Arguments for the command that a target runs: make demo ARGS=--interactive
ARGS ?=

UV ?= uv
COMPILE = $(UV) pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes --quiet \
	--no-emit-index-url --no-emit-find-links --custom-compile-command "make lock"

.DEFAULT_GOAL := help
.PHONY: help setup demo test lint bench oracle simulate lock schemas docs clean FORCE

help: ## list what can be made
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/\1|\2/p' Makefile | while IFS='|' read -r target what; do \
		printf '  make %-9s %s\n' "$$target" "$$what"; done

setup: $(STAMP) ## make .venv with runwright and all that it needs, once
	@echo "$(BIN)/runwright is ready"

demo: $(STAMP) ## walk the whole loop on this machine (ARGS=--interactive lets you review)
	@$(BIN)/runwright demo $(ARGS)

test: $(STAMP) ## run the tests (ARGS=tests/release picks some)
	@$(BIN)/python tests/support/system_packages.py
	@$(BIN)/python tests/support/github/node.py
	@$(BIN)/python -m pytest --numprocesses auto --dist loadfile $(ARGS)

lint: $(STAMP) ## check style, format, types, the schemas and the library
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/runwright schema --check
	@$(BIN)/runwright library --check
	@$(BIN)/runwright fmt --check
	@$(BIN)/runwright validate

bench: $(STAMP) ## measure what must stay fast
	@$(BIN)/python -m pytest tests/bench -o python_files='bench_*.py' -o timeout=600 -s $(ARGS)

oracle: $(STAMP) ## run planted mistakes on real hosts and compare replay with what becomes of them
	@$(BIN)/python tests/support/system_packages.py
	@PYTHONPATH=tools:. $(BIN)/python -m tests.oracle $(ARGS)

simulate: $(STAMP) ## say how often replay is right on make-believe hosts (ARGS="--runs 900 --seed 2")
	@$(BIN)/python -m tests.support.simulator $(ARGS)

lock: ## write both lock files anew (ARGS=--upgrade takes newer versions)
	@if command -v "$(UV)" >/dev/null 2>&1; then \
		$(COMPILE) $(ARGS) -o requirements-agent.lock && \
		$(COMPILE) $(ARGS) --all-extras -o requirements.lock; \
	else \
		folder=$$(mktemp -d) && trap 'rm -rf "$$folder"' EXIT && \
		"$(PYTHON)" -m venv "$$folder" && "$$folder/bin/python" -m pip install --quiet uv && \
		$(MAKE) --no-print-directory lock UV="$$folder/bin/uv" ARGS="$(ARGS)"; \
	fi

schemas: $(STAMP) ## write the JSON Schemas anew from the models
	@$(BIN)/runwright schema --write

docs: $(STAMP) ## write the page of the library anew from the runbooks
	@$(BIN)/runwright library --write

clean: ## remove what these targets made
	rm -rf $(VENV) .node build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis
	find tools tests -name __pycache__ -type d -prune -exec rm -rf {} +

# The stamp holds the folder that it was made in: a virtual environment does not survive being moved.
ifneq ($(shell cat $(STAMP) 2>/dev/null),$(CURDIR))
$(STAMP): FORCE
endif

$(STAMP): requirements.lock pyproject.toml
	@PYTHON="$(PYTHON)" VENV="$(VENV)" sh .ci/setup
	@printf '%s\n' "$(CURDIR)" > $@

FORCE:

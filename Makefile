# Yinghou: `make run` and `make test` set everything up by themselves; `make help` lists the rest.
PYTHON ?= python3
# The sample site that `make run` opens; any data folder of your own may stand here.
DATA ?= build/sample
# More words for the command that a target runs: make test ARGS="tests/domain -x"
ARGS ?=

.DEFAULT_GOAL := help
.PHONY: help run setup test check format bench torture screenshots clean

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: setup ## Open the window on a sample site (made on the first run)
	@if [ -z "$$DISPLAY$$WAYLAND_DISPLAY" ]; then \
	    echo "There is no display here, so no window can open."; \
	    echo "\`make screenshots\` draws every page into build/screenshots/ instead."; \
	    exit 0; \
	fi; \
	if [ ! -d "$(DATA)" ]; then \
	    rm -rf "$(DATA).part" && \
	    .venv/bin/yinghou --data "$(DATA).part" demo && \
	    mv "$(DATA).part" "$(DATA)" || exit; \
	fi; \
	exec .venv/bin/yinghou --data "$(DATA)" $(ARGS)

setup: ## Install what is missing and make .venv (quick when nothing changed)
	@PYTHON="$(PYTHON)" tools/setup.sh

test: setup ## Run the tests on real SQLite, PostgreSQL and Qt (no display needed)
	.venv/bin/python -m pytest $(ARGS)

check: setup ## Look for faults without running: ruff, mypy, import contracts, texts of both languages
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	.venv/bin/mypy
	.venv/bin/lint-imports --no-logo
	.venv/bin/python -m tools.check_words

format: setup ## Put the code into its format and mend what ruff can mend
	.venv/bin/ruff check --fix .
	.venv/bin/ruff format .

bench: setup ## Measure, side by side, and write docs/benchmarks.md
	.venv/bin/python -m tests.benchmarks $(ARGS)

torture: setup ## Kill, fill and damage by the full count, and write docs/reliability.md
	.venv/bin/python -m tests.torture $(ARGS)

screenshots: setup ## Draw every page, dialog and PDF into build/screenshots/
	.venv/bin/python -m tools.screenshots $(ARGS)

clean: ## Remove build/ and the caches (.venv stays)
	rm -rf build .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis .benchmarks

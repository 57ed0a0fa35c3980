# Everything a fresh clone needs: Python >= 3.11, make and git. `make` alone lists the targets.

VENV := .venv
BIN := $(VENV)/bin
PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
FAST := not browser and not postgres and not slow

.DEFAULT_GOAL := help
.PHONY: help install install-dev run test test-fast check fmt migrate bench screenshots lock clean

help: ## List the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-12s %s\n", $$1, $$2}'

install: $(VENV)/installed ## Locked dependencies and the command .venv/bin/pp-monitor

install-dev: $(VENV)/installed-dev ## The same, with what tests and linters need

$(VENV)/installed: requirements.txt pyproject.toml scripts/install
	@PYTHON="$(PYTHON)" scripts/install $(VENV) requirements.txt
	@touch $@

$(VENV)/installed-dev: requirements-dev.txt requirements.txt pyproject.toml scripts/install
	@PYTHON="$(PYTHON)" scripts/install $(VENV) requirements-dev.txt
	@touch $(VENV)/installed $@

run: install ## Demo on http://127.0.0.1:8000: web application, scheduler and mail sink; Ctrl-C stops all
	@$(BIN)/python -m pp_monitor.local_run

test: install-dev ## All tests, with the programs they need; the rules must be covered wholly
	scripts/system-packages
	$(BIN)/coverage run -m pytest -q tests/domain pp_monitor/domain
	$(BIN)/coverage report --fail-under=100
	$(BIN)/python -m pytest -q -n 2 -m "not browser and not slow" --ignore=tests/domain tests
	$(BIN)/python -m pytest -q -n 2 --dist loadfile -m "browser or slow"

test-fast: install-dev ## Tests without browser, PostgreSQL or long waits: before each commit
	$(BIN)/python -m pytest -q -n 2 -m "$(FAST)"

check: install-dev ## Style, types, layers, security, templates, addresses
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo
	$(BIN)/bandit -q -c pyproject.toml -r pp_monitor
	@if git ls-files --error-unmatch 'pp_monitor/templates/*.html' >/dev/null 2>&1; then \
		echo "$(BIN)/djlint --lint pp_monitor/templates"; $(BIN)/djlint --quiet --lint pp_monitor/templates; fi
	scripts/check-addresses

fmt: install-dev ## Rewrite the code in the house format
	$(BIN)/ruff check --fix-only --quiet
	$(BIN)/ruff format

migrate: install ## Bring the database named by PP_DATABASE_URL to the newest schema
	$(BIN)/flask --app wsgi db upgrade

bench: install-dev ## Measure what has to stay fast
	$(BIN)/python -m bench

screenshots: install-dev ## Pictures of the main pages for the documentation
	$(BIN)/python -m bench.screenshots

lock: ## Renew both lock files (needs uv)
	uv pip compile -q --universal --generate-hashes --no-header pyproject.toml \
		--extra postgres --extra pdf --group build -o requirements.txt
	uv pip compile -q --universal --generate-hashes --no-header pyproject.toml \
		--extra postgres --extra pdf --group build --group dev -c requirements.txt -o requirements-dev.txt

clean: ## Remove the environment and every cache; the data in instance/ stay
	rm -rf $(VENV) build dist *.egg-info .coverage .coverage.* htmlcov \
		.pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

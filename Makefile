# The one door: `make` lists every command.
.DEFAULT_GOAL := help
SHELL := /bin/bash
# The system's own before others: distributions build it by profile, which makes reading a sixth faster.
PYTHON ?= $(shell for one in /usr/bin/python3.11 python3.11 python3; do \
	$$one -c "import ensurepip, venv" 2>/dev/null && command -v $$one && break; done)
BIN := .venv/bin
PIP := $(BIN)/pip install --quiet --disable-pip-version-check
SERVE ?= 1
PORT ?= 8000
REPORTS ?=
# What was compiled once is not compiled again by each command that the tests start.
unexport PYTHONDONTWRITEBYTECODE
# Writer and Calc, letters as wide as those of Times New Roman, Tesseract with Vietnamese.
OFFICE := libreoffice-writer libreoffice-calc fonts-croscore tesseract-ocr tesseract-ocr-vie

help: ## list the commands
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## (.*)/\1|\2/' | while IFS='|' read -r a b; do printf '  make %-12s %s\n' "$$a" "$$b"; done

demo: .venv/run.stamp assets ## from a fresh clone to the pages on http://127.0.0.1:8000 (SERVE=0: all but serve; REPORTS=DIR: read those too)
	@$(BIN)/danvan demo --port $(PORT) $(if $(filter 0,$(SERVE)),--no-serve) $(if $(REPORTS),--reports "$(REPORTS)")

test: .venv/dev.stamp assets chromium ## bring what the tests need, then run all tests
	@$(BIN)/pytest -n auto --dist loadgroup --no-loadscope-reorder $(ARGS)

check: .venv/dev.stamp ## lint, format, types, import rule
	@$(BIN)/ruff check . && $(BIN)/ruff format --check . && $(BIN)/mypy && $(BIN)/lint-imports

bench: .venv/dev.stamp assets ## measure: a table with data size, median and p95
	@$(BIN)/python -m bench

fuzz: .venv/dev.stamp ## give the readers files that nobody meant well: SECONDS (600) of each format (FORMATS="pdf eml": only those)
	@SECONDS=$(or $(SECONDS),600) $(BIN)/python -m tests.fuzz $(FORMATS)

api: .venv/dev.stamp assets ## ask and send what the description of the interface lets be drawn, for SECONDS (600): no fault of ours
	@DANVAN_API_SECONDS=$(or $(SECONDS),600) $(BIN)/pytest -s tests/api

kill: .venv/dev.stamp assets ## kill the server 50 times during 5,000 submissions: nothing lost, nothing twice
	@DANVAN_KILL=50x5000 $(BIN)/pytest -s tests/test_kill.py

format: .venv/dev.stamp ## put the code into its form
	@$(BIN)/ruff check --fix --quiet . ; $(BIN)/ruff format .

install: .venv/run.stamp ## virtual environment with the locked packages

assets: .venv/run.stamp ## fonts, styles and scripts from the locked npm packages; translations
	@$(BIN)/python -m danvan.desk.assets

screenshots: .venv/dev.stamp assets chromium ## pictures of the pages into docs/screenshots
	@$(BIN)/python -m tests.browser.screenshots

chromium: ## Debian's browser for the browser tests, where this machine lets us install it
	@command -v chromium-headless-shell >/dev/null || { \
	  if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
	    echo "installing chromium ..."; export DEBIAN_FRONTEND=noninteractive; apt-get update -qq; \
	    apt-get install -y -qq --no-install-recommends chromium-headless-shell >/dev/null || command -v chromium >/dev/null \
	      || apt-get install -y -qq --no-install-recommends chromium >/dev/null; \
	  else \
	    command -v chromium >/dev/null || echo "No chromium here and no right to install it: the browser tests (tests/browser) will be left out."; \
	  fi; }

office: ## LibreOffice and Tesseract for the tests that are left out without them, where this machine lets us install them
	@dpkg -s $(OFFICE) >/dev/null 2>&1 || { \
	  if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
	    echo "installing LibreOffice and Tesseract ..."; export DEBIAN_FRONTEND=noninteractive; apt-get update -qq; \
	    apt-get install -y -qq --no-install-recommends $(OFFICE) >/dev/null; \
	  else \
	    echo "No LibreOffice or no Tesseract here and no right to install them: tests that need them will be left out."; \
	  fi; }

lock: .venv/dev.stamp ## pin every package again from pyproject.toml
	$(BIN)/pip-compile --quiet --strip-extras --no-emit-index-url --no-emit-find-links --allow-unsafe --upgrade -o requirements.lock pyproject.toml
	$(BIN)/pip-compile --quiet --strip-extras --no-emit-index-url --no-emit-find-links --allow-unsafe --upgrade --extra dev -c requirements.lock -o requirements-dev.lock pyproject.toml

clean: ## remove what was built, and the embedded database with all that is in it
	rm -rf .venv var node_modules src/danvan/desk/static/vendor

.venv/run.stamp: requirements.lock pyproject.toml
	@test -x $(BIN)/python || { echo "creating .venv with $(PYTHON) ..."; $(PYTHON) -m venv .venv; }
	@echo "installing the locked packages ..."
	@$(PIP) -r requirements.lock && $(PIP) --no-deps -e .
	@touch $@

.venv/dev.stamp: .venv/run.stamp requirements-dev.lock
	@echo "installing what the tests need ..."
	@$(PIP) -r requirements-dev.lock
	@touch $@

.PHONY: help demo test check bench fuzz kill format install assets screenshots chromium office lock clean

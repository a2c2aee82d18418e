# Every target does its own set-up. A fresh Debian needs only git, make and python3.11 (3.11 or later).
# make lock rewrites the lock files after a change of the dependencies in pyproject.toml.

PYTHON ?= $(shell command -v python3.11 || command -v python3)
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.beeldbrug-stamp
PORTAL := src/beeldbrug/node/protocols/portal/site/index.html
PAGES := $(shell find web -path web/node_modules -prune -o -type f -print) docs/reference/portal-api.json
PEERS := dcmtk orthanc orthanc-dicomweb age zstd postgresql chromium genisoimage xorriso udftools zip \
	openssh-client openssh-server rsyslog rsyslog-openssl
PYTEST_ARGS ?=
NAME ?=
SPEAK ?=
KILLS ?= 1000
CUTS ?= 100
SEED ?=
LOCK := $(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	--no-emit-find-links --no-annotate --custom-compile-command "make lock"

# the tests start many processes: compiling every module at each start would double their time
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help setup test check demo demo-check bench chaos lock peers format portal pictures

help:
	@echo "make demo [SPEAK=nl|en] | demo-check | test | check | bench NAME=import|ingest|intake|routes|transfer|viewer | chaos | setup | lock | format | pictures"

setup: $(STAMP) $(PORTAL)

portal: $(PORTAL)

$(STAMP): requirements-dev.lock pyproject.toml
	@PYTHON="$(PYTHON)" VENV="$(VENV)" sh .ci/setup

$(PORTAL): $(STAMP) $(PAGES) .ci/portal
	@VENV="$(VENV)" sh .ci/portal
	@touch $(PORTAL)

test: setup peers
	cd web && PATH="$(CURDIR)/$(BIN):$$PATH" npm run --silent test
	PYTHON=$(BIN)/python sh .ci/tests $(PYTEST_ARGS)

# PostgreSQL's package starts a service where there is an init system; the tests start their own and never touch it
peers:
	@sh .ci/peers $(PEERS)

check: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo
	cd web && PATH="$(CURDIR)/$(BIN):$$PATH" npm run --silent check

format: setup
	$(BIN)/ruff check --fix-only --select I .
	$(BIN)/ruff format .
	cd web && PATH="$(CURDIR)/$(BIN):$$PATH" npm run --silent format

demo: setup peers
	$(BIN)/beeldbrug demo $(if $(SPEAK),--lang $(SPEAK))

pictures: setup peers
	$(BIN)/python -m tests.e2e.portal.pictures

demo-check: setup peers
	$(BIN)/beeldbrug demo --once --json

bench: setup peers
	@test -n "$(NAME)" || { echo "say which: make bench NAME=import, ingest, intake, routes, transfer or viewer"; exit 2; }
	TCP_NODELAY=1 $(BIN)/python -m tests.bench.run $(NAME)

chaos: setup peers
	PYTHONPATH=src $(BIN)/python -m tests.e2e.chaos --kills $(KILLS) --cuts $(CUTS) $(if $(SEED),--seed $(SEED))

lock: setup
	$(LOCK) pyproject.toml -o requirements.lock
	$(LOCK) pyproject.toml --group dev -o requirements-dev.lock

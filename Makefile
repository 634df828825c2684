# `make run` and `make test` need nothing but make and Python 3.11, 3.12 or 3.13.
# Each makes .venv, installs into it, and does its job; the second time it installs nothing.
#
#   make run PORT=9000              another port
#   make run ARGS="--library DIR"   another library
#   make test ARGS="-k citations"   some of the tests
#   make run PYTHON=/path/python3   this Python and no other

VENV ?= .venv
PYTHON ?= python3 python3.12 python3.13 python3.11
PORT ?=
ARGS ?=

PY := $(VENV)/bin/python
PIP := $(PY) -m pip --disable-pip-version-check --no-input
INSTALL := $(PIP) install --constraint constraints.txt --editable

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help run test check lint format screenshots constraints lock pin base sbom clean

help: ## Show this list
	@echo "Youju: answers about a folder of articles, every sentence cited."
	@echo
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  make \1|\2/p' Makefile | \
		while IFS='|' read -r name text; do printf '%-20s %s\n' "$$name" "$$text"; done

run: $(VENV)/.run ## Install, index seeds/ when the library is empty, serve on http://127.0.0.1:8000
	$(PY) -m server serve $(if $(PORT),--port $(PORT)) $(ARGS)

test: $(VENV)/.dev ## Install, run every test
	$(PY) -m pytest $(ARGS)

lint: $(VENV)/.dev ## ruff and mypy, changing nothing
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .
	$(PY) -m mypy

check: lint test ## lint, then test: what CI runs

format: $(VENV)/.dev ## Let ruff mend and format the code
	$(PY) -m ruff check --fix .
	$(PY) -m ruff format .

screenshots: $(VENV)/.dev ## Take docs/images/ anew, with a real Chromium
	$(PY) -m docs.screenshots $(ARGS)
	$(if $(ARGS),,$(PY) -m docs.library_pictures)

clean: ## Remove .venv and caches; the library stays
	rm -rf "$(VENV)" dist build .pytest_cache .mypy_cache .ruff_cache .hypothesis
	find index server prompts youju youju_plugins tests -name __pycache__ -type d -prune -exec rm -rf {} +

# ---- the environment ---------------------------------------------------------------------------

# A .venv whose Python is gone, or of another version, is made anew; one that runs is kept.
FITS := import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))
ifneq ($(shell $(PY) -c '$(FITS)' 2>/dev/null && echo fits),fits)
.PHONY: $(VENV)/.python
endif

$(VENV)/.python:
	@if $(PY) -c '$(FITS)' 2>/dev/null; then touch $@; exit; fi; \
	found=; bare=; \
	for candidate in $(PYTHON); do \
	  "$$candidate" -c '$(FITS)' >/dev/null 2>&1 || continue; \
	  if "$$candidate" -c 'import venv, ensurepip' >/dev/null 2>&1; \
	  then found=$$candidate; break; \
	  else bare=$${bare:-$$candidate}; fi; \
	done; \
	if [ -z "$$found" ] && [ -n "$$bare" ]; then \
	  echo "$$bare cannot make a virtual environment: its venv or ensurepip module is missing." >&2; \
	  echo "Debian and Ubuntu have it in a package of its own: sudo apt install python3-venv" >&2; \
	  exit 1; \
	fi; \
	if [ -z "$$found" ]; then \
	  echo "Youju needs Python 3.11, 3.12 or 3.13, and none of these is one: $(PYTHON)" >&2; \
	  echo "Install one, or name one: make run PYTHON=/path/to/python3.12" >&2; \
	  exit 1; \
	fi; \
	echo "Making $(VENV) with $$found, $$("$$found" --version 2>&1)"; \
	"$$found" -m venv --clear "$(VENV)" && touch $@

$(VENV)/.run: $(VENV)/.python pyproject.toml constraints.txt
	@echo "Installing Youju into $(VENV): once, a few minutes"
	$(INSTALL) .
	@touch $@

$(VENV)/.dev: $(VENV)/.python pyproject.toml constraints.txt
	@echo "Installing Youju and its tools into $(VENV): once, a few minutes"
	$(INSTALL) '.[dev]'
	@touch $(VENV)/.run $@

constraints: ## Resolve constraints.txt anew; use the oldest Python that must work
	sh .ci/constraints $(firstword $(PYTHON))

lock: ## Write requirements.lock anew from constraints.txt, each file by its sha256
	sh .ci/lock $(firstword $(PYTHON))

pin: ## Pin the Dockerfile's base image by the digest that its tag has now; needs a registry
	sh .ci/pin $(IMAGE)

base: ## Make a base image of which every byte is known, of Debian's packages; needs mmdebstrap and root
	sh .ci/base $(MIRROR)

sbom: $(VENV)/.run ## List what is installed: dist/sbom.json, licences, known holes
	sh .ci/sbom $(PY)

# All paths are relative: the folder of this checkout may have a space in its name.
SHELL := /bin/sh
PY := .venv/bin/python
PORT ?= 8000
SIZE ?= quick
ONLY ?=
ARGS ?=
URL ?=
export PORT
# where bytecode is forbidden each of our processes would compile every library anew: six seconds, dozens of times
unexport PYTHONDONTWRITEBYTECODE
.DEFAULT_GOAL := help
.NOTPARALLEL:
.DELETE_ON_ERROR:
.PHONY: help demo test bench safety eval lint types fmt screenshots messages install install-dev clean

# a Python that was upgraded or belongs to another user breaks .venv: then it is made again
ifneq ($(shell $(PY) -c 'print("works")' 2>/dev/null),works)
.PHONY: .venv/.installed
endif

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-12s %s\n", $$1, $$2 }' Makefile

demo: install ## the whole product with example data on http://localhost:8000/ (PORT=…), until Ctrl-C
	@exec $(PY) -m salesdash.supervisor demo

test: install-dev lint types ## everything: lint, types, all tests on real servers and a real browser (ARGS=… for pytest)
	@sh infra/chromium.sh
	@exec $(PY) -m salesdash.supervisor test -- sh infra/test.sh $(ARGS)

bench: install-dev ## the benchmarks, one JSON line per figure (ONLY=bench_temperature, SIZE=full)
	@exec $(PY) -m salesdash.supervisor bench -- $(PY) -m benchmarks.run --size '$(SIZE)' $(if $(ONLY),--only '$(ONLY)')

safety: install-dev ## the red-team set through the safety layers: leaks, false alarms; fails above the thresholds (ARGS=…)
	@exec $(PY) -m salesdash.supervisor test -- sh -c '$(PY) manage.py migrate --verbosity 0 && exec $(PY) manage.py safety $(ARGS)'

eval: install ## the golden set written and judged twice, figures kept per prompt version (ARGS=…)
	@exec $(PY) manage.py evaluate $(ARGS)

lint: install-dev ## ruff: rules and format
	@$(PY) -m ruff check --quiet --output-format concise .
	@$(PY) -m ruff format --check .

types: install-dev ## mypy, strict
	@$(PY) -m mypy --no-error-summary .

fmt: install-dev ## bring the code into format
	@$(PY) -m ruff check --quiet --fix-only .
	@$(PY) -m ruff format --quiet .

screenshots: install-dev ## docs/screenshots anew, from a demo that runs (URL=http://localhost:8000)
	@sh infra/chromium.sh
	@exec $(PY) infra/screenshots.py $(if $(URL),--url '$(URL)') $(if $(ONLY),--only '$(ONLY)')

messages: install-dev ## collect new texts into the translation catalogs
	@$(PY) manage.py messages

install: .venv/.installed ## the dependencies that running needs
install-dev: .venv/.installed-dev ## and those that testing needs

.venv/.installed: requirements.txt infra/install.sh
	@sh infra/install.sh requirements.txt $@
.venv/.installed-dev: requirements-dev.txt .venv/.installed
	@sh infra/install.sh requirements-dev.txt $@

clean: ## stop the servers; delete all example data, logs and caches (.venv stays)
	@sh infra/clean.sh

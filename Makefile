# Every target works on a bare checkout: the first one makes .venv and installs into it what
# constraints.txt pins. Students need no make: see README.md.

PYTHON ?= python3
VENV := .venv
ifeq ($(OS),Windows_NT)
BIN := $(VENV)/Scripts
else
BIN := $(VENV)/bin
endif
INSTALLED := $(VENV)/.installed

export PIP_DISABLE_PIP_VERSION_CHECK := 1
# What jupyter lab is to get besides: make lab LAB_OPTIONS=--no-browser
LAB_OPTIONS ?=

# One thread for linear algebra: the same sums, bit for bit, on every machine of a kind.
export OPENBLAS_NUM_THREADS := 1

.PHONY: help install demo test audit attacks bench lab lint clean

help:
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):[^#]*## /\1\t/'

install: $(INSTALLED)  ## everything into .venv, with the command .venv/bin/adcourse

demo: $(INSTALLED)  ## the main job end to end: release, a class, grades, feedback, report
	$(BIN)/adcourse demo

test: $(INSTALLED)  ## all tests: the library, the grader, the lessons, the whole demo
	$(BIN)/python -m pytest --numprocesses auto --dist loadscope
	$(BIN)/python -m pytest --nbval notebooks
	$(BIN)/adcourse demo

audit: $(INSTALLED)  ## do the assignments' tests refuse every slip? A minute an assignment
	$(BIN)/adcourse audit --all

attacks: $(INSTALLED)  ## notebooks that attack the grader, beside stock nbgrader
	$(BIN)/python -m tests.grading.attacks.run

bench: $(INSTALLED)  ## speed and memory beside hand-written code and, where installed, peers
	$(BIN)/python -m tests.benchmarks.run
	$(BIN)/python -m tests.benchmarks.grader

lab: $(INSTALLED)  ## JupyterLab on the course, with nbgrader configured
	@mkdir -p course/exchange && chmod 777 course/exchange
	@$(BIN)/jupyter labextension disable --level=sys_prefix \
	  "@jupyterlab/apputils-extension:announcements" 2>/dev/null
	cd course && ../$(BIN)/jupyter lab --ServerApp.root_dir=.. $(LAB_OPTIONS)

lint: $(INSTALLED)  ## ruff: style and layout
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

clean:  ## remove .venv and build/; a gradebook and submissions stay
	rm -rf $(VENV) build

$(INSTALLED): pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "$(PYTHON) is older than 3.11: install a newer Python, then: make PYTHON=python3.12 ..."; exit 1; }
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || \
	  { echo "Python's venv is missing: install the package python3-venv (Debian, Ubuntu: apt-get install python3-venv), then try again"; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --editable '.[dev]'
	@touch $@

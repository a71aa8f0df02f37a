# Two commands do everything on a fresh machine with git, make and Python 3.11 or later:
#   make report    system libraries, environment, the full 2023 report
#   make test      the tests
.DEFAULT_GOAL := help
PYTHON ?= python3
BIN := .venv/bin

.PHONY: help setup report test lint lock lab reconstruct clean

help:  ## this list
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

setup: .venv/ready  ## system libraries and the environment in .venv

.venv/ready: requirements.lock pyproject.toml .ci/system_libraries.py
	$(PYTHON) .ci/system_libraries.py
	$(PYTHON) -m venv --clear .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --requirement requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

report: setup  ## the full 2023 report: output/2023/report.html and report.pdf
	$(BIN)/bandwise build survey_raw/2023 --output output/2023

test: setup  ## the tests, without the slow ones
	$(BIN)/python -m pytest -m "not slow"

lint: setup  ## style and formatting
	$(BIN)/ruff check pipeline tests .ci

lab: setup  ## the chapters in JupyterLab
	$(BIN)/jupyter lab notebooks

lock: setup  ## pin the dependencies again (needs uv)
	uv pip compile pyproject.toml --universal --python-version 3.11 --all-extras --generate-hashes \
		--no-header --no-annotate --upgrade --output-file requirements.lock

clean:  ## remove what was built; nothing is lost but time
	rm -rf .venv output/2023 .pytest_cache .ruff_cache .hypothesis

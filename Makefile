# Every task of the project, one line each. `make` alone lists them.
SHELL := /bin/bash
.DEFAULT_GOAL := help
UV_VERSION := 0.13.9
UV := .tools/uv/bin/uv
PYTHON := .venv/bin/python
# A file's tests stay together, and the files in the order of tests/conftest.py: long ones first.
PARALLEL := --numprocesses 2 --dist loadfile --no-loadscope-reorder
export RASA_TELEMETRY_ENABLED := false
export NO_PROXY := 127.0.0.1,localhost
# Where Python may not keep what it compiled, each start of the service compiles Rasa anew, seven seconds long.
export PYTHONDONTWRITEBYTECODE :=

help: ## list the tasks
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 14

run: setup train ## set everything up and start the service
	@$(PYTHON) -m bot serve

setup: .venv/.ready ## environment, keys and database
	@$(PYTHON) -m bot set-up

train: .venv/.ready .env ## train the model if anything that it rests on has changed
	@$(PYTHON) -m bot train

.env: .venv/.ready
	@$(PYTHON) -m bot set-up

test: setup train ## every test, those of the real browser and of the real database servers included
	@deploy/find-browser.sh
	@$(PYTHON) -m pytest tests $(PARALLEL)

unit: .venv/.ready ## the quick tests alone
	@$(PYTHON) -m pytest tests/unit tests/data

lint: .venv/.ready ## ruff, mypy, import rules, data and content
	@.venv/bin/ruff check bot actions tests
	@.venv/bin/mypy
	@.venv/bin/lint-imports
	@$(PYTHON) -m bot check

format: .venv/.ready ## put the code in shape
	@.venv/bin/ruff check --fix bot actions tests; .venv/bin/ruff format bot actions tests

chat: setup train ## a conversation in the terminal
	@$(PYTHON) -m bot chat

bench: setup train ## the benchmarks
	@$(PYTHON) -m tests.bench

chaos: setup train ## two hundred random kills during traffic: nothing lost, nothing doubled
	@$(PYTHON) -m tests.chaos.run --kills 200

evaluate: setup train ## understanding per language and the danger lists: a report under results/
	@$(PYTHON) -m tests.bench.understanding $(if $(MESSAGES),--messages $(MESSAGES)) $(NOTE)

bench-peers: setup ## understanding beside Rasa's DIET and nlp.js on the same messages (hours; needs node)
	@$(PYTHON) -m tests.bench.peers

words: .venv/.ready ## bring the catalogues up to date with domain.yml
	@$(PYTHON) -m bot words

clean: ## remove what was built; data and keys stay
	@rm -rf .venv .tools models results

$(UV):
	@command -v python3 >/dev/null || { echo "Kinline needs Python 3 to begin with: install python3 and python3-venv, then run this again."; exit 1; }
	@echo "Fetching uv $(UV_VERSION)"
	@python3 -m venv .tools/uv || { echo "python3 cannot make an environment: install python3-venv, then run this again."; exit 1; }
	@.tools/uv/bin/pip install --quiet --disable-pip-version-check uv==$(UV_VERSION) || { echo "uv $(UV_VERSION) could not be fetched: is this machine online, and does uv have a wheel for its processor?"; exit 1; }

.venv/.ready: $(UV) uv.lock pyproject.toml
	@echo "Setting up Python 3.10 and the libraries (about 2 GB the first time)"
	@$(UV) sync --frozen || { echo "The environment could not be made: see the line above. A full disk, a missing Python 3.10 or a processor without wheels are the usual reasons; README, “When it does not start”."; exit 1; }
	@touch $@

.PHONY: help run setup train test unit lint format chat bench bench-peers chaos evaluate words clean

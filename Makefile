# Latent Atlas. `make app` starts it, `make test` checks it, `make help` lists the rest.

PORT ?= 8501
# The Python that .venv is made with; by default the first python3 that is new enough.
PYTHON ?=
VENV ?= .venv
# Package indexes of your own, handed to pip: one that replaces the usual one, one that is added to it.
PIP_INDEX ?=
PIP_EXTRA_INDEX ?=

python := $(VENV)/bin/python
pip := $(python) -m pip --disable-pip-version-check --no-input install \
	$(if $(PIP_INDEX),--index-url "$(PIP_INDEX)") $(if $(PIP_EXTRA_INDEX),--extra-index-url "$(PIP_EXTRA_INDEX)")
pins := requirements.txt constraints.txt

.PHONY: help install app dev test lint format browser clean

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-9s %s\n", $$1, $$2 }' Makefile
	@echo
	@echo "  PORT=8600          serve the app elsewhere"
	@echo "  PYTHON=python3.13  the Python to make .venv with (3.11 or newer)"
	@echo "  PIP_INDEX=…        a package index instead of the usual one"
	@echo "  PIP_EXTRA_INDEX=…  a package index beside the usual one"

install: $(VENV)/.app ## Make .venv and install what the app needs

app: $(VENV)/.app ## Start the app at http://127.0.0.1:8501
	@exec $(python) -m streamlit run app.py --server.port "$(PORT)"

dev: $(VENV)/.app ## Start the app so that it reloads when code changes
	@exec $(python) -m streamlit run app.py --server.port "$(PORT)" \
		--server.fileWatcherType auto --server.runOnSave true

# A process a core, four at most. A file stays in one of them, for its tests may share an app; and the
# order stays that of tests/conftest.py.
test: lint browser ## Check style, types, imports, and run all tests
	$(python) -m pytest -n auto --maxprocesses 4 --dist loadfile --no-loadscope-reorder

lint: $(VENV)/.dev ## Check style, types and imports only
	$(python) -m ruff check .
	$(python) -m ruff format --check .
	$(python) -m mypy
	$(python) scripts/check_waiting_assertions.py
	$(python) -c "from importlinter.cli import lint_imports_command as main; main()" --no-logo

browser: ## Find or install the browser of the browser tests
	@sh scripts/browser.sh ensure

format: $(VENV)/.dev ## Format the code
	$(python) -m ruff check --fix --exit-zero .
	$(python) -m ruff format .

clean: ## Remove .venv and caches; runs and models stay
	rm -rf "$(VENV)" .mypy_cache .ruff_cache .pytest_cache .import_linter_cache build
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# Files that tell what has been done, so that a second start takes seconds and no network.
$(VENV)/.made:
	@found="$$(sh scripts/find_python.sh $(PYTHON))" || exit 1; \
	echo "Making $(VENV) with $$found ($$("$$found" --version))"; \
	"$$found" -m venv --clear "$(VENV)"
	@touch $@

$(VENV)/.app: $(pins) | $(VENV)/.made
	$(pip) -r requirements.txt
	@touch $@

$(VENV)/.dev: $(pins) requirements-dev.txt | $(VENV)/.app
	$(pip) -r requirements-dev.txt
	@touch $@

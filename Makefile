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
node := $(VENV)/bin/node
pins := requirements.txt constraints.txt

.PHONY: help install app dev test test-scale torture lint format docs browser wheel wheel-test clean

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' Makefile
	@echo
	@echo "  PORT=8600          serve the app elsewhere"
	@echo "  PYTHON=python3.13  the Python to make .venv with (3.11 or newer)"
	@echo "  PIP_INDEX=…        a package index instead of the usual one"
	@echo "  PIP_EXTRA_INDEX=…  a package index beside the usual one"

install: $(VENV)/.app ## Make .venv with the app and the command latent-atlas in it

app: $(VENV)/.app ## Start the app at http://127.0.0.1:8501
	@exec $(python) -m latent_atlas app --port "$(PORT)"

dev: $(VENV)/.app ## Start the app so that it reloads when code changes
	@exec $(python) -m streamlit run app.py --server.port "$(PORT)" \
		--server.fileWatcherType auto --server.runOnSave true

# A process a core and one more, four at most (tests/conftest.py). A file stays in one of them, for its
# tests may share an app; and the order stays that of tests/conftest.py.
test: lint browser ## Check style, types, imports, and run all tests
	$(python) -m pytest -n auto --maxprocesses 4 --dist loadfile --no-loadscope-reorder

test-scale: $(VENV)/.dev ## Run the tests of sweeps on a cluster (they want the extra: ray)
	$(python) -m pytest tests/scale

torture: browser ## Kill, confuse and crowd it for half an hour, and write docs/reliability.md
	$(python) -m torture --out docs/reliability.md $(if $(NOTE),--note "$(NOTE)")

lint: $(VENV)/.dev node_modules/.made ## Check style, types and imports only
	$(python) -m ruff check .
	$(python) -m ruff format --check .
	$(python) -m mypy -n 2
	$(python) scripts/check_waiting_assertions.py
	$(python) -c "from importlinter.cli import lint_imports_command as main; main()" --no-logo
	$(node) node_modules/typescript/bin/tsc
	$(node) node_modules/eslint/bin/eslint.js --max-warnings 0 eslint.config.js latent_atlas

docs: $(VENV)/.dev ## Build the documentation into site/
	$(python) -m zensical build --strict

browser: ## Find or install the browser of the browser tests
	@sh scripts/browser.sh ensure

format: $(VENV)/.dev ## Format the code
	$(python) -m ruff check --fix --exit-zero .
	$(python) -m ruff format .

wheel: $(VENV)/.app ## Build the wheel and the source archive into dist
	$(python) -m hatchling build -d dist

wheel-test: $(VENV)/.dev ## Install the wheel with all it needs into an empty environment and use it
	LATENT_ATLAS_WHEEL_TEST=empty \
	$(if $(PIP_INDEX),PIP_INDEX_URL="$(PIP_INDEX)") \
	$(if $(PIP_EXTRA_INDEX),PIP_EXTRA_INDEX_URL="$(PIP_EXTRA_INDEX)") \
	$(python) -m pytest tests/test_wheel.py

clean: ## Remove .venv and caches; runs and models stay
	rm -rf "$(VENV)" .mypy_cache .ruff_cache .pytest_cache .import_linter_cache build dist site node_modules
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# Files that tell what has been done, so that a second start takes seconds and no network.
$(VENV)/.made:
	@found="$$(sh scripts/find_python.sh $(PYTHON))" || exit 1; \
	echo "Making $(VENV) with $$found ($$("$$found" --version))"; \
	"$$found" -m venv --clear "$(VENV)"
	@touch $@

# The project itself comes last, as a link to this folder: what it needs is there by then, the backend
# that makes the link too, so nothing is resolved or downloaded for it.
$(VENV)/.app: $(pins) pyproject.toml | $(VENV)/.made
	$(pip) -r requirements.txt
	$(pip) --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/.dev: $(pins) requirements-dev.txt requirements-alone.txt | $(VENV)/.app
	$(pip) -r requirements-dev.txt
	$(pip) --no-deps --upgrade --target $(VENV)/alone -r requirements-alone.txt
	@touch $@

# What checks the JavaScript. Node and npm come with requirements-dev.txt, so that a machine needs none.
node_modules/.made: package.json package-lock.json .npmrc | $(VENV)/.dev
	PATH="$(abspath $(VENV)/bin):$$PATH" npm ci --ignore-scripts --no-audit --no-fund
	@touch $@

.PHONY: run check test clean

PYTHON ?= python3
BIN := .venv/bin
WORKERS ?= auto

run: .venv/app
	$(BIN)/python -m core build --missing
	$(BIN)/python -m streamlit run app.py

# the fast lane: lint, types, layers and the quick tests
check: .venv/dev lint
	$(BIN)/python -m pytest -n $(WORKERS) --dist loadfile -m "not slow and not browser and not real_data" -q

# a browser that draws without a graphics card wants the machine for itself
test: .venv/dev lint
	$(BIN)/python -m pytest -n $(WORKERS) --dist loadfile -m "not browser"
	$(BIN)/python -m pytest -m browser

.PHONY: lint
lint: .venv/dev
	$(BIN)/python -m ruff check .
	$(BIN)/python -m ruff format --check .
	$(BIN)/python -m mypy
	$(BIN)/lint-imports

.venv/app: requirements.txt
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet -r requirements.txt
	touch $@

.venv/dev: requirements.txt requirements-dev.txt
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet -r requirements-dev.txt
	touch .venv/app $@

clean:
	rm -rf .venv .pytest_cache .mypy_cache .ruff_cache .import_linter_cache

.PHONY: run test clean

PYTHON ?= python3
BIN := .venv/bin

run: .venv/app
	$(BIN)/python -m core build --missing
	$(BIN)/python -m streamlit run app.py

test: .venv/dev
	$(BIN)/python -m ruff check .
	$(BIN)/python -m ruff format --check .
	$(BIN)/python -m mypy
	$(BIN)/python -m pytest

.venv/app: requirements.txt
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet -r requirements.txt
	touch $@

.venv/dev: requirements.txt requirements-dev.txt
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet -r requirements-dev.txt
	touch .venv/app $@

clean:
	rm -rf .venv .pytest_cache .mypy_cache .ruff_cache

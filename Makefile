.PHONY: run check test tests lint style types layers bench-scale demo-workspace constraints audit clean

PYTHON ?= python3
BIN := .venv/bin
WORKERS ?= auto
BROWSERS ?= 2
# as many workers as cores: further threads of BLAS would take the others' time; browsers meet the app as people start it
ALONE := OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1
MOTO := 5.2.5
# the address that `make run` serves on: from the command line alone, for shells set a variable of this name too
HOST = 127.0.0.1
OPEN = $(filter-out 127.% localhost ::1,$(HOST))

run: .venv/app
	@$(if $(OPEN),printf '%s\n' $(WARNING))
	$(BIN)/python -m core build --missing
	$(BIN)/python -m streamlit run app.py --server.address "$(HOST)"

define WARNING
"" "Serving on $(HOST): whoever reaches this address can use the app, and there is no login." \
"Visitors can build, fetch and replace datasets, upload files, and stop jobs, unless MOVIE_ATLAS_HOSTED=1." \
"docs/hosting.md says how to serve it to others." ""
endef

# the fast lane: lint, types, layers and the quick tests
check: .venv/dev lint
	$(ALONE) $(BIN)/python -m pytest -n $(WORKERS) --dist loadfile --no-loadscope-reorder -m "not slow and not browser and not real_data" -q

test: lint tests

# browsers draw without a graphics card and wait a lot: two of them, alone; tests/conftest.py puts long files first
tests: .venv/dev
	$(ALONE) $(BIN)/python -m pytest -n $(WORKERS) --dist loadfile --no-loadscope-reorder -m "not browser"
	$(BIN)/python -m pytest -n $(BROWSERS) --dist loadfile --no-loadscope-reorder -m browser

lint: style types layers

style: .venv/dev
	$(BIN)/python -m ruff check .
	$(BIN)/python -m ruff format --check .

types: .venv/dev
	$(BIN)/python -m mypy

layers: .venv/dev
	$(BIN)/lint-imports

.venv/app: requirements.txt constraints.txt
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet -r requirements.txt -c constraints.txt
	touch $@

.venv/dev: requirements.txt requirements-dev.txt constraints.txt
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet -r requirements-dev.txt -c constraints.txt
	touch .venv/app $@

# what each size costs, up to MovieLens 25M's: takes about two hours on 2 cores, and 10 GB in SCALE_HOME
SCALE_HOME ?= .bench-scale
bench-scale: .venv/dev
	$(BIN)/python bench/scale.py bench/results/scale.json "$(SCALE_HOME)" --render

# what ships of the demo, brought up to date with the code and the films
demo-workspace: .venv/app
	$(BIN)/python data/demo/ship.py

# what the requirements bring along, written down: name and version, without hosts, folders and a build's own mark
constraints:
	folder=$$(mktemp -d) && trap 'rm -rf "$$folder"' EXIT && \
	$(PYTHON) -m venv "$$folder" && \
	"$$folder/bin/python" -m pip install --quiet -r requirements.txt -r requirements-dev.txt -r requirements-ray.txt && \
	"$$folder/bin/python" -m pip list --format=freeze --exclude-editable --exclude pip > "$$folder/found" && \
	{ echo "# Every package that the requirements bring along, pinned. Made by \`make constraints\`."; \
	  sed -E 's/\+.*//' "$$folder/found" | LC_ALL=C sort -f; } > "$$folder/constraints.txt" && \
	cp "$$folder/constraints.txt" constraints.txt

# known vulnerabilities of what constraints.txt names; pip-audit has an environment of its own
audit: .venv-audit/ready
	$(PYTHON) deploy/audit.py .venv-audit/bin/python constraints.txt

.venv-audit/ready:
	$(PYTHON) -m venv .venv-audit
	.venv-audit/bin/python -m pip install --quiet pip-audit
	touch $@

# an S3 server for tests/storage; it has an environment of its own, for it wants an older python-dateutil than the app
.venv-moto/ready:
	$(PYTHON) -m venv .venv-moto
	.venv-moto/bin/python -m pip install --quiet "moto[server]==$(MOTO)"
	touch $@

clean:
	rm -rf .venv .venv-audit .venv-moto .pytest_cache .mypy_cache .ruff_cache .import_linter_cache

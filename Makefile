# The two commands of the README: `make demo` and `make test`. Each sets up all that it needs.
VENV ?= .venv
PYTHON := $(VENV)/bin/python
STAMP := $(VENV)/.ready

.PHONY: demo test lint format audit bench image readme picture lock clean

demo: $(STAMP)
	$(VENV)/bin/migration-bot demo

# Twice as many processes as there are cores: many tests wait, for time-outs, for downloads and for what was killed. Who
# has nothing left takes from the others.
WORKERS ?= $(shell expr $$(nproc 2>/dev/null || echo 2) \* 2)

test: $(STAMP)
	$(PYTHON) -m pytest -n $(WORKERS) --dist worksteal $(PYTEST_ARGS)

lint: $(STAMP)
	$(VENV)/bin/ruff check .
	$(VENV)/bin/ruff format --check .
	$(VENV)/bin/mypy

format: $(STAMP)
	$(VENV)/bin/ruff check --fix .
	$(VENV)/bin/ruff format .

# Known vulnerabilities in the locked versions; AUDIT_ARGS=--all where every one must have been looked up.
audit: $(STAMP)
	$(PYTHON) scripts/audit.py $(AUDIT_ARGS)

# Takes a quarter of an hour; BENCH_ARGS="--sizes demo" takes a minute.
bench: $(STAMP)
	$(PYTHON) -m benchmarks.performance --report docs/performance.md $(BENCH_ARGS)

image:
	scripts/image.sh

# The demo's real output.
readme: $(STAMP)
	$(PYTHON) scripts/readme.py

# Comments as GitHub shows them, into docs/: the demo's, and one for each situation; needs chromium, and node with npm.
picture: $(STAMP)
	$(PYTHON) scripts/picture.py
	$(PYTHON) scripts/situations.py

# Versions and hashes of everything that runs; from the registry's newest, on purpose, by hand.
lock: $(STAMP)
	$(VENV)/bin/uv pip compile -q pyproject.toml --all-extras --generate-hashes --universal --no-strip-extras \
	  --python-version 3.11 --no-annotate --no-header --upgrade -o requirements.txt
	$(VENV)/bin/uv pip compile -q pyproject.toml --all-extras --group dev --generate-hashes --universal --no-strip-extras \
	  --python-version 3.11 --no-annotate --no-header --upgrade -o requirements-dev.txt

$(STAMP): requirements-dev.txt pyproject.toml
	python3 -m venv --clear $(VENV)
	$(PYTHON) -m pip install --quiet --require-hashes -r requirements-dev.txt
	$(PYTHON) -m pip install --quiet --no-deps --editable .
	touch $@

clean:
	rm -rf $(VENV) build dist .mypy_cache .pytest_cache .ruff_cache

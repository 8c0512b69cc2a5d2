# Two commands: `make demo` (see a report) and `make test` (check everything).
# Needs Python 3.11 or newer, make and the package index; the rest is installed into .venv.
PYTHON ?= python3
VENV   ?= .venv
BIN    := $(VENV)/bin
# The tests start hundreds of processes, each of which would compile all our modules anew.
export PYTHONDONTWRITEBYTECODE =

.PHONY: help demo test programs lint unit bench bench-scale bench-peers-page soak extended clients gateway-clients spark notebooks dialects golden screenshots docs focus-check package clean browser postgresql clickhouse azurite image

help: ## show this list
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | sort

$(VENV)/.installed: pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "error: Python 3.11 or newer is needed: $$($(PYTHON) --version)"; echo "hint: make PYTHON=python3.12"; exit 1; }
	@$(PYTHON) -m venv $(VENV) || { echo "error: $(PYTHON) cannot make a virtual environment"; echo "hint: apt install python3-venv, or make PYTHON=<another python>"; exit 1; }
	$(BIN)/pip install --quiet --disable-pip-version-check --editable .
	@touch $@

# Of what the tests need, Python compiles what they load: all of it takes a minute.
$(VENV)/.test-installed: $(VENV)/.installed
	$(BIN)/pip install --quiet --disable-pip-version-check --no-compile --editable '.[test]'
	@touch $@

demo: $(VENV)/.installed ## replay a real trace through the router, write output/report.html
	@mkdir -p output
	$(BIN)/finops-report demo --days 30 --seed 7 --db output/demo.duckdb
	@echo "your own telemetry: $(BIN)/finops-report doctor --db FILE, then $(BIN)/finops-report build --db FILE"

# Two things at once: packages of Python and of Debian come from different places; mypy keeps one processor busy.
test: ## everything CI runs
	@$(MAKE) --no-print-directory --jobs=2 $(VENV)/.test-installed programs
	@$(MAKE) --no-print-directory --jobs=2 lint unit

programs: # one after the other: apt-get has a lock
	@$(MAKE) --no-print-directory browser
	@$(MAKE) --no-print-directory postgresql
	@$(MAKE) --no-print-directory clickhouse
	@$(MAKE) --no-print-directory azurite

lint: $(VENV)/.test-installed
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

# The page tests drive Debian's Chromium and Firefox. As root on Debian they are installed; elsewhere the tests say
# what is missing.
browser:
	@command -v chromium >/dev/null || command -v chromium-browser >/dev/null || command -v google-chrome >/dev/null \
	|| { [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null && apt-get update -qq >/dev/null && apt-get install -y -qq chromium >/dev/null; } \
	|| echo "note: no Chromium found, the page tests will be skipped; install it (apt install chromium) to run them"
	@command -v firefox-esr >/dev/null || command -v firefox >/dev/null \
	|| { [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null && apt-get update -qq >/dev/null && apt-get install -y -qq firefox-esr >/dev/null; } \
	|| echo "note: no Firefox found, its page tests will be skipped; install it (apt install firefox-esr) to run them"

# The state that several hosts share is tested against Debian's PostgreSQL, which the tests start, by hosts that iproute2 makes.
postgresql:
	@command -v initdb >/dev/null || ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 \
	|| { [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null && apt-get update -qq >/dev/null && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq postgresql iproute2 >/dev/null; } \
	|| echo "note: no PostgreSQL found, its tests will be skipped; install it (apt install postgresql) to run them"

# Telemetry in ClickHouse is tested against a real server, which the tests start on loopback: the engine as a library, in
# the one version that they know how to start. There is none but for Linux on x64.
CLICKHOUSE := @chdb/lib-linux-x64-gnu@26.7.3-stable.1
clickhouse:
	@[ -e .cache/clickhouse/node_modules/@chdb/lib-linux-x64-gnu/libchdb.so ] \
	|| { command -v npm >/dev/null && npm install --prefix .cache/clickhouse --save-exact --no-audit --no-fund --loglevel=error $(CLICKHOUSE) >/dev/null; } \
	|| echo "note: no ClickHouse found, its tests will be skipped; on Linux and x64, npm installs it (make clickhouse)"

# Telemetry on az:// is tested with Microsoft's own stand-in for its storage, which the tests start on loopback.
AZURITE := azurite@3.37.0
azurite:
	@[ -e .cache/azurite/node_modules/azurite/dist/src/blob/main.js ] \
	|| { command -v npm >/dev/null && npm install --prefix .cache/azurite --ignore-scripts --save-exact --no-audit --no-fund --loglevel=error $(AZURITE) >/dev/null; } \
	|| echo "note: no Azurite found, its tests will be skipped; npm installs it (make azurite)"

# Twice the processors: many wait for time-outs, browsers and servers. The tests of a file share what it sets up.
WORKERS ?= $(shell echo $$(($$(getconf _NPROCESSORS_ONLN) * 2)))
BY_FILE := --dist loadfile --no-loadscope-reorder
unit: $(VENV)/.test-installed
	$(BIN)/pytest -n $(WORKERS) $(BY_FILE)

extended: $(VENV)/.test-installed browser postgresql clickhouse azurite ## further examples of what `make test` tries by one or two: every width, scheduler, paper, wheel
	FINOPS_EXTENDED=1 $(BIN)/pytest -n $(WORKERS) $(BY_FILE) -m extended

clients: $(VENV)/.test-installed ## LiteLLM and LangChain with our callbacks, in environments of their own (600 MB in .cache)
	FINOPS_CLIENTS=1 $(BIN)/pytest -n 0 tests/clients

spark: $(VENV)/.test-installed ## reports on a Spark of our own and on a cluster that loses a worker, in an environment of its own (900 MB in .cache); needs a Java
	$(BIN)/python -m tests.spark

notebooks: $(VENV)/.test-installed ## the documented notebook in marimo, in an environment of its own (640 MB in .cache)
	FINOPS_MARIMO=1 $(BIN)/pytest -n 0 tests/finops_report/notebook/test_marimo.py

# As root on Debian. Where the registry is out of reach, the image is built on Debian's own Python instead.
image: $(VENV)/.test-installed ## the image of the Containerfile and the gateway of examples/compose.yaml, run by podman (1 GB in .cache)
	@command -v podman >/dev/null && command -v debootstrap >/dev/null \
	|| { apt-get update -qq >/dev/null && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq podman buildah crun debootstrap containernetworking-plugins >/dev/null; }
	FINOPS_IMAGE=.cache/image $(BIN)/pytest -n 0 tests/image

golden: $(VENV)/.test-installed ## accept page, mail and statement as they are now; review the diff before you commit it
	FINOPS_UPDATE_GOLDEN=1 $(BIN)/pytest tests -k golden

dialects: $(VENV)/.test-installed ## put the portable SQL into the words of other databases (sql/dialects); review the diff
	$(BIN)/python -m tests.sql.dialects.generating

screenshots: $(VENV)/.test-installed browser ## photograph the page in every way readers meet it, for a review by eye
	$(BIN)/python -m tests.browser.screenshots

# Warnings are errors: a link that leads nowhere, a page that is in no list.
docs: $(VENV)/.installed ## the documentation as a site that needs no network: output/docs/index.html
	$(BIN)/pip install --quiet --disable-pip-version-check --editable '.[docs]'
	rm -rf output/docs
	$(BIN)/python -m sphinx --quiet --fail-on-warning --keep-going --fresh-env --conf-dir docs/site --doctree-dir build/doctrees docs output/docs
	@echo "the documentation: output/docs/index.html"

bench: $(VENV)/.test-installed ## ratios against peers and floors measured in the same run
	$(BIN)/pip install --quiet --disable-pip-version-check --editable '.[bench]'
	$(BIN)/python -m benchmarks

bench-scale: $(VENV)/.test-installed ## how a build grows with the rows, in full and with kept cubes
	$(BIN)/python -m benchmarks scale

bench-peers-page: $(VENV)/.test-installed ## the same figures as a page by pandas, polars and Streamlit, in an environment of their own (900 MB in .cache)
	$(BIN)/python -m benchmarks peers_page

FOCUS_PYTHON ?= python3.12
FOCUS_VENV   ?= .venv-focus
focus-check: $(VENV)/.test-installed ## the FOCUS export against the validators of others, 650 MB in an environment of their own
	@[ -x $(FOCUS_VENV)/bin/focus-validator ] || { $(FOCUS_PYTHON) -m venv $(FOCUS_VENV) && $(FOCUS_VENV)/bin/pip install --quiet --disable-pip-version-check --requirement tests/focus_check/requirements.txt; }
	$(BIN)/python -m tests.focus_check $(FOCUS_VENV)

gateway-clients: $(VENV)/.test-installed ## the gateway with Node's openai SDK, LangChain and LiteLLM, installed for it
	$(BIN)/python -m tests.gateway_clients .cache/gateway-clients

soak: $(VENV)/.test-installed ## the long versions of crash and load tests, an hour of the gateway; mail against Postfix, as root on Debian
	@[ "$$(id -u)" != 0 ] || command -v postfix >/dev/null || { command -v apt-get >/dev/null && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq postfix >/dev/null; } || true
	FINOPS_SOAK=1 $(BIN)/pytest tests -k soak

# What an installation holds is told by one that holds nothing else: an environment without even pip.
package: $(VENV)/.installed ## build sdist and wheel into dist/, check them, list what an installation holds (SBOM)
	$(BIN)/pip install --quiet --disable-pip-version-check --editable '.[package]'
	rm -rf dist build
	$(BIN)/python -m build --outdir dist .
	$(BIN)/twine check --strict dist/*
	$(BIN)/check-wheel-contents dist/*.whl
	$(PYTHON) -m venv --without-pip build/installed
	$(BIN)/pip --python build/installed/bin/python install --quiet --disable-pip-version-check dist/*.whl
	$(BIN)/cyclonedx-py environment --output-reproducible --of JSON -o build/sbom.cdx.json build/installed/bin/python

clean: ## remove what was installed and packed; reports, sites and telemetry stay
	rm -rf $(VENV) .cache dist build

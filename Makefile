# Parley. `make demo` shows it, `make test` tests it; `make help` lists the rest.

PYTHON ?= python3
PORT ?= 8000
VENV := .venv
BIN := $(VENV)/bin
TEST_ARGS ?=
DEMO = ENV_FILE=var/demo.env SITE_URL=http://127.0.0.1:$(PORT) DEMO_WITHOUT_SECOND_FACTOR=true
PARALLEL := -n auto --dist worksteal
NODES ?= 1
SECURITY ?= off
HEAP ?= 512m
SECONDS ?= 120
DOCUMENTS ?= 1000000
EXAMPLES ?= 100
PEOPLE ?= 500
SUBMISSIONS ?= 100000
CHAOS ?=

.PHONY: help papers sbom screens demo test test-fast coverage run migrations check format bench bench-moderation bench-search fuzz chaos chaos-search chaos-web chaos-outbox closing rehearse rehearse-restore elasticsearch lock clean

help:  ## List what can be made
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /  make \1\t/' | expand -t 24

demo: var/demo.env $(VENV)/.core  ## Set up and serve a sample agency on 127.0.0.1 (PORT=8000)
	@$(DEMO) $(BIN)/python manage.py demo --port $(PORT)

test: $(VENV)/.test  ## Run the test suite on all processors (TEST_ARGS= for pytest; -n 0 for one process)
	@$(BIN)/python -m pytest $(PARALLEL) $(TEST_ARGS)

log-search: $(VENV)/.test  ## Look for planted names, addresses and texts in the portal's log and PostgreSQL's
	$(BIN)/pytest -n 0 -q tests/portal/test_logs.py tests/portal/test_postgresql_log.py

test-fast: $(VENV)/.test  ## Run the suite without what is slow, needs Chromium, or starts servers and processes
	@$(BIN)/python -m pytest $(PARALLEL) -m "not slow and not browser and not elasticsearch" $(TEST_ARGS)

coverage: $(VENV)/.development  ## Measure which lines no test runs: var/coverage/index.html
	@$(BIN)/python -m pytest $(PARALLEL) --cov --cov-report=html --cov-report=term:skip-covered $(TEST_ARGS)

migrations: var/demo.env $(VENV)/.core  ## Write the migrations that changed models need
	$(DEMO) $(BIN)/python manage.py makemigrations

run: var/demo.env $(VENV)/.core  ## Serve the sample agency and reload it when a file changes; no worker (PORT=8000)
	@$(DEMO) $(BIN)/python manage.py demo --no-serve
	@$(DEMO) $(BIN)/python manage.py runserver 127.0.0.1:$(PORT)
screens: $(VENV)/.development  ## Take pictures of every staff page, light and dark, for a desk and a phone (var/screens)
	@$(BIN)/python -m tests.browser.screens

check: $(VENV)/.development  ## Lint, types, direction of imports, weaknesses, licences, known holes, migrations, production settings
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/djlint --quiet --lint templates
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/bandit --quiet --configfile pyproject.toml --recursive portal consultations moderation search
	@$(BIN)/python -m bench.parts licences
	@$(BIN)/python -m bench.parts audit
	DJANGO_SETTINGS_MODULE=tests.settings $(BIN)/python manage.py makemigrations --check --dry-run
	env $(PRODUCTION) $(BIN)/python manage.py check --deploy --fail-level WARNING

sbom: $(VENV)/.development  ## Write the list of all parts of others: var/sbom.json (CycloneDX)
	@$(BIN)/python -m bench.parts sbom

papers: $(VENV)/.test  ## Count what the papers say: chapters of ASVS met, accessibility, cells of URL × role × method
	@$(BIN)/python -m tests.papers

format: $(VENV)/.development  ## Put Python into its usual form
	$(BIN)/ruff check --fix --quiet . ; $(BIN)/ruff format .

bench: $(VENV)/.development  ## Measure pages, posting, screening, the desk and exports, each beside its floor
	$(BIN)/python -m bench

bench-moderation: $(VENV)/.development  ## Time the rules, each detector and the word engine on one core
	$(BIN)/python -m bench moderation

bench-search: $(VENV)/.development  ## Measure search, relay, rebuild, exports and the embedded engine (DOCUMENTS=1000000)
	$(BIN)/python -m bench.search --documents $(DOCUMENTS)

fuzz: $(VENV)/.development  ## Send hostile input to every address as every role; count answers and 5xx (EXAMPLES=100 for each address)
	@FUZZ_EXAMPLES=$(EXAMPLES) FUZZ_SEED=$${FUZZ_SEED:-$$(date +%s)} $(BIN)/python -m pytest -q -n 0 tests/hostile tests/portal/api_v1/test_contract.py $(TEST_ARGS)

chaos: chaos-web chaos-outbox chaos-search  ## Break the site, the mail and the search in turn, each while people use it

chaos-search: $(VENV)/.development  ## Kill relays, nodes and rebuilds while people write; prove that nothing is lost (NODES=3 SECONDS=300)
	$(BIN)/python -m bench.chaos --nodes $(NODES) --seconds $(SECONDS)

chaos-outbox: $(VENV)/.development  ## Kill workers while 2,000 messages go out; prove that none is lost or doubled
	$(BIN)/python -m bench.outbox_kill

chaos-web: $(VENV)/.development  ## Kill processes and the database, fill the disk, set the clock back while people send texts (SECONDS=120 CHAOS=--sqlite)
	$(BIN)/python -m bench.chaos_web --seconds $(SECONDS) $(CHAOS)

closing: $(VENV)/.development  ## Send 500 people into the closing second; p95, errors, what came late (SECONDS=600 PEOPLE=500 CHAOS=--sqlite)
	$(BIN)/python -m bench.closing --seconds $(SECONDS) --people $(PEOPLE) $(CHAOS)

rehearse: $(VENV)/.development  ## Start two web nodes and two workers behind nginx, from Debian's packages, and walk through them
	$(BIN)/python -m ops.rehearse

rehearse-restore: $(VENV)/.development  ## Lose the database and get it back: dump, point in time, keys (SUBMISSIONS=100000)
	$(BIN)/python -m ops.rehearse_restore --submissions $(SUBMISSIONS)

elasticsearch: PORT = 9281
elasticsearch:  ## Run a real Elasticsearch 8 to try the portal on (NODES=3 SECURITY=on HEAP=1g PORT=9281)
	@$(PYTHON) -m tests.elasticsearch_node run --port $(PORT) --nodes $(NODES) --heap $(HEAP) $(if $(filter on,$(SECURITY)),--secure)

lock: $(VENV)/.uv  ## Compile requirements/*.txt from pyproject.toml
	$(LOCK) pyproject.toml -o requirements/core.txt
	$(LOCK) -c requirements/core.txt --extra production pyproject.toml -o requirements/production.txt
	$(LOCK) -c requirements/core.txt --extra parquet --extra report pyproject.toml -o requirements/exports.txt
	$(LOCK) -c requirements/core.txt --extra test pyproject.toml -o requirements/test.txt
	$(LOCK) -c requirements/core.txt --extra production --extra parquet --extra report --extra test --extra browser --extra coverage --extra lint pyproject.toml -o requirements/development.txt

clean:  ## Remove the environment and all demo data
	rm -rf $(VENV) var

# What `check --deploy` needs to know; no secret, no server is reached.
PRODUCTION := DJANGO_SETTINGS_MODULE=portal.settings SECRET_KEY=only-to-check-the-settings-0123456789-abcdefghijklmnopqrstuvwxyz \
	SITE_URL=https://consult.example.org DATABASE_URL=sqlite:///var/check.sqlite3 SEARCH_URL=fts5:///var/check-search.sqlite3

LOCK = $(BIN)/uv pip compile --quiet --universal --generate-hashes --no-header --no-annotate

var/demo.env:
	@mkdir -p var
	@$(PYTHON) -c "import secrets; print('SECRET_KEY=' + secrets.token_urlsafe(64))" > $@
	@printf '%s\n' DATABASE_URL=sqlite:///var/demo.sqlite3 SEARCH_URL=fts5:///var/demo-search.sqlite3 \
		SITE_URL=http://127.0.0.1:8000 STATIC_FROM_SOURCE=true SERVE_MEDIA=true TIME_ZONE=Australia/Sydney EMAIL_URL=filemail:///$(CURDIR)/var/demo-mail \
		LOG_LEVEL=ERROR LOG_FORMAT=line "SITE_NAME=Harbour Transport Agency" >> $@

$(VENV)/.uv:
	@$(PYTHON) -c "import sys; sys.exit(sys.version_info < (3, 11) and 'Parley needs Python 3.11 or newer.')"
	@echo "Making $(VENV) …"
	@$(PYTHON) -m venv $(VENV) || { echo "On Debian: apt install python3-venv"; exit 1; }
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check uv
	@touch $@

$(VENV)/.%: requirements/%.txt | $(VENV)/.uv
	@echo "Installing $< …"
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --require-hashes -r $<
	@touch $@

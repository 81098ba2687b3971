# The few commands of Hippo List. `make run` to try it, `make test` before you send a change.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

.PHONY: help run test check proof bench lighthouse shots messages pins format

help: ## Say what there is
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 12

$(VENV)/.run: requirements.txt
	@echo "Setting up a virtual environment in $(VENV) …"
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt
	@touch $@

$(VENV)/.dev: requirements-dev.txt $(VENV)/.run
	@echo "Adding what the checks need …"
	@$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt
	@touch $@

run: $(VENV)/.run ## Try Hippo List on this machine: http://127.0.0.1:8000/
	@HIPPOLIST_DEBUG=$${HIPPOLIST_DEBUG:-on} $(BIN)/python manage.py migrate --verbosity 0
	@HIPPOLIST_DEBUG=$${HIPPOLIST_DEBUG:-on} $(BIN)/python manage.py demo --if-empty
	@HIPPOLIST_DEBUG=$${HIPPOLIST_DEBUG:-on} exec $(BIN)/python manage.py run $(ARGS)

check: $(VENV)/.dev ## Format, lint, templates, imports, types, settings, migrations, messages
	@$(BIN)/python tests/checks.py

# What npm has for us. Where npm is missing, the tests that need it are left out and named.
tests/tools/node_modules/.done: tests/tools/package-lock.json
	@command -v npm >/dev/null || exit 0; echo "Adding the checker of HTML …"; \
		cd tests/tools && npm ci --loglevel=error --no-audit --no-fund --ignore-scripts && touch node_modules/.done || true

tests/tools/auditor/node_modules/.done: tests/tools/auditor/package-lock.json
	@echo "Adding Lighthouse …"; cd tests/tools/auditor && npm ci --loglevel=error --no-audit --no-fund --ignore-scripts && touch node_modules/.done

test: $(VENV)/.dev tests/tools/node_modules/.done ## Every check and every test
	@$(BIN)/python tests/checks.py
	@$(BIN)/python tests/run.py

proof: $(VENV)/.dev ## The endurance tests at full count
	@HIPPOLIST_PROOF=1 $(BIN)/python tests/run.py -m endurance

bench: $(VENV)/.dev ## The benchmarks: ratios, not times
	@for file in tests/benchmarks/bench_*.py; do $(BIN)/python $$file || exit 1; done

lighthouse: $(VENV)/.dev tests/tools/auditor/node_modules/.done ## What a phone thinks of the live site, into docs/performance.md
	@$(BIN)/python -m tests.tools.lighthouse

shots: $(VENV)/.dev ## A picture of every page into shots/ (ARGS="home entry --language fr" for some)
	@DJANGO_SETTINGS_MODULE=tests.settings $(BIN)/python -m tests.tools.shots $(ARGS)

messages: $(VENV)/.dev ## Collect and compile the words to translate
	@HIPPOLIST_DEBUG=on $(BIN)/python manage.py makemessages --all --no-obsolete --no-wrap --add-location file -i .venv -i staticfiles -i data -i tests
	@HIPPOLIST_DEBUG=on $(BIN)/python manage.py compilemessages -v0 -i .venv -i tests

format: $(VENV)/.dev ## Put code and templates into their form
	@$(BIN)/ruff check --fix --quiet . ; $(BIN)/ruff format --quiet .
	@git ls-files '*.html' | xargs $(BIN)/djade --target-version 5.2 || true
	@$(BIN)/djlint --reformat --quiet templates || true

pins: ## Compile requirements*.txt from requirements*.in (needs uv)
	@for name in requirements requirements-dev; do uv pip compile --quiet --universal --generate-hashes --no-strip-extras --no-emit-index-url \
		--no-emit-find-links --python-version 3.11 --custom-compile-command "make pins" $$name.in -o $$name.txt; done

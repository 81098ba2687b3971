# The few commands of Hippo List. `make run` to try it, `make test` before you send a change.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

.PHONY: help run test check proof bench messages pins format

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

test: $(VENV)/.dev ## Every check and every test
	@$(BIN)/python tests/checks.py
	@$(BIN)/python tests/run.py

proof: $(VENV)/.dev ## The endurance tests at full count
	@HIPPOLIST_PROOF=1 $(BIN)/python tests/run.py -m endurance

bench: $(VENV)/.dev ## The benchmarks: ratios, not times
	@for file in tests/benchmarks/bench_*.py; do $(BIN)/python $$file || exit 1; done

messages: $(VENV)/.dev ## Collect and compile the words to translate
	@HIPPOLIST_DEBUG=on $(BIN)/python manage.py makemessages --all --no-obsolete --no-wrap --add-location file -i .venv -i staticfiles -i data
	@HIPPOLIST_DEBUG=on $(BIN)/python manage.py compilemessages -v0 -i .venv

format: $(VENV)/.dev ## Put code and templates into their form
	@$(BIN)/ruff check --fix --quiet . ; $(BIN)/ruff format --quiet .
	@git ls-files '*.html' | xargs $(BIN)/djade --target-version 5.2 || true
	@$(BIN)/djlint --reformat --quiet templates || true

pins: ## Compile requirements*.txt from requirements*.in (needs uv)
	@for name in requirements requirements-dev; do uv pip compile --quiet --universal --generate-hashes --no-emit-index-url \
		--no-emit-find-links --python-version 3.11 --custom-compile-command "make pins" $$name.in -o $$name.txt; done

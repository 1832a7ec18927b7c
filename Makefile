PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
UV := $(BIN)/uv pip install --quiet --python $(BIN)/python
WORKERS ?= 2

.PHONY: help install run test test-fast lint format bench soak validate strings clean

help:
	@echo "make run        install what is needed and start the studio on http://127.0.0.1:8501"
	@echo "make install    the set-up alone"
	@echo "make test       all tests, browser tests included"
	@echo "make test-fast  the tests without a browser, for the inner loop"
	@echo "make lint       check style        make format  put style right"
	@echo "make bench      print the measurements"
	@echo "make soak       the long tests     make validate  the simulator's full validation report"
	@echo "make strings    collect translatable texts into data/locales"
	@echo "make clean      remove the set-up"

$(VENV)/.installer:
	@$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else "Python 3.11 or newer is needed; name it with: make PYTHON=python3.11")'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check uv==0.13.9
	@touch $@

$(VENV)/.ready: requirements.txt $(VENV)/.installer
	$(UV) -r requirements.txt
	@touch $@

$(VENV)/.tests-ready: tests/requirements.txt $(VENV)/.ready
	$(UV) -r tests/requirements.txt
	@touch $@

install: $(VENV)/.ready
	@$(BIN)/python -m lib warm

run: install
	@echo "The studio opens on http://127.0.0.1:8501 (stop it with Ctrl+C)"
	@$(BIN)/streamlit run app.py

test: $(VENV)/.tests-ready
	@$(BIN)/python -m lib warm
	@$(BIN)/python -m tests.browser.find_browser --install
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/python -m pytest -n $(WORKERS) --dist loadgroup -m "not slow"

test-fast: $(VENV)/.tests-ready
	$(BIN)/python -m pytest -n $(WORKERS) --dist loadgroup -m "not slow and not browser"

lint: $(VENV)/.tests-ready
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

format: $(VENV)/.tests-ready
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: $(VENV)/.tests-ready
	@$(BIN)/python -m lib warm
	@$(BIN)/python -m tests.browser.find_browser --install
	$(BIN)/python -m lib bench

soak: $(VENV)/.tests-ready
	$(BIN)/python -m pytest -n $(WORKERS) --dist loadgroup -m slow --timeout 3600

validate: $(VENV)/.tests-ready
	$(BIN)/python -m lib validate --out validation.html

strings: $(VENV)/.ready
	$(BIN)/pybabel -q extract -F data/locales/babel.cfg -k N_ -k _ -k ngettext:1,2 --no-location --sort-output --project studio --version 1 --copyright-holder "The Click-to-Chat Studio authors" -o data/locales/studio.pot lib pages
	$(BIN)/pybabel -q update -i data/locales/studio.pot -d data/locales -D studio -l ar --no-fuzzy-matching --no-wrap

clean:
	rm -rf $(VENV) .pytest_cache .ruff_cache .cache

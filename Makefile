# Everything a newcomer needs: `make run` and `make test`. Both set up their own .venv.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed

# Without cached bytecode every start of Python costs three times as much.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help run test lint format bench oracle peers clean

help:
	@echo "make run     the worked example: registry record to report, in out/crclm"
	@echo "make test    set up and run every test"
	@echo "make lint    formatter, linter, type checker, layers"
	@echo "make oracle  run the R scripts again (R_LIBS: your R library), compare with the fixtures"
	@echo "make peers   lifelines, scikit-survival, statsmodels: second opinions, and side by side"
	@echo "make bench   measure, side by side with a peer where there is one"

$(STAMP): pyproject.toml constraints.txt
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check \
		--constraint constraints.txt --editable '.[dev]'
	touch $@

run: $(STAMP)
	$(BIN)/trialwright run examples/crclm/record.txt --study examples/crclm/study.toml \
		--out out/crclm --seed 20261

test: $(STAMP)
	$(BIN)/python -m pytest --numprocesses 2 --dist worksteal

lint: $(STAMP)
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: $(STAMP)
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

oracle: $(STAMP)
	$(BIN)/python tests/oracle/rerun.py

# An environment of its own: the peers ask for older versions of what we use.
peers:
	$(PYTHON) -m venv $(VENV)-peers
	$(VENV)-peers/bin/python -m pip install --quiet --disable-pip-version-check \
		--editable '.[peers]' hypothesis pytest
	$(VENV)-peers/bin/python -m pytest -W ignore tests/oracle/stats/test_second_opinions.py
	$(VENV)-peers/bin/python -W ignore benchmarks/stats.py
	$(VENV)-peers/bin/python benchmarks/simulate.py

bench: $(STAMP)
	$(BIN)/python benchmarks/start_up.py
	$(BIN)/python benchmarks/report.py
	$(BIN)/python benchmarks/response.py
	$(BIN)/python benchmarks/endpoints.py
	$(BIN)/python benchmarks/adam.py
	$(BIN)/python benchmarks/stats.py
	$(BIN)/python benchmarks/design.py
	$(BIN)/python benchmarks/simulate.py

clean:
	rm -rf $(VENV) $(VENV)-peers out dist

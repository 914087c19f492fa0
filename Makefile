# The commands of a developer and of CI. Each installs what it lacks.
# Start with `make demo` or `make test`; `make help` lists them all.

SHELL = /bin/sh
.DEFAULT_GOAL = help
.PHONY: help venv setup engine-env demo bench docs site test test-fast lint format lock soak clean

PYTHON_IN_VENV = .venv/bin/python
ENGINE = engine_env=$$($(PYTHON_IN_VENV) -m engine env) && eval "$$engine_env"
# Flow tests mostly wait for processes, so there are more workers than cores.
# Hundreds of processes start, and where no bytecode is kept each would compile the whole package.
PYTEST = PYTHONDONTWRITEBYTECODE= $(PYTHON_IN_VENV) -m pytest --numprocesses $(or $(WORKERS),4) --dist worksteal
SOAK = $(PYTHON_IN_VENV) -m tests.soak
# The same schedules each time, so that a failure has a reason in what was changed; fresh ones are for `make soak`.
FIRST_SEED = 0
LOCK = .venv/bin/uv pip compile pyproject.toml --quiet --universal --python-version 3.11 --generate-hashes \
	--no-annotate --no-header --no-emit-index-url --no-emit-find-links

help:  ## List the commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "%-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

venv:
	@python=$$(tools/find-python) && "$$python" tools/setup_venv.py

setup: venv  ## Install .venv and the Pulumi engine
	@$(PYTHON_IN_VENV) -m engine install

engine-env: venv  ## Print the engine's environment: eval "$(make -s engine-env)"
	@$(PYTHON_IN_VENV) -m engine env

demo: venv  ## From a bare checkout to an e-mail that arrived, on the simulator
	@$(ENGINE) && exec $(PYTHON_IN_VENV) -m tools.demo

bench: venv  ## Changes, reads, seconds and memory on the simulator; QUICK=1: roughly, ONLY=case: one case
	@$(ENGINE) && exec $(PYTHON_IN_VENV) -m tools.benchmarks $(if $(QUICK),--quick) $(if $(ONLY),--only $(ONLY))

docs: venv  ## Write the pages in docs/ and the template that come from the code
	@$(PYTHON_IN_VENV) -m tools.docs

site: venv  ## The documentation as a web site, in build/site
	@NO_MKDOCS_2_WARNING=1 $(PYTHON_IN_VENV) -m mkdocs build --config-file tools/site/mkdocs.yml

test: lint  ## Everything that CI runs
	@$(ENGINE) && $(SOAK) --first $(FIRST_SEED) --schedules 116 --real 6
	@$(ENGINE) && $(PYTEST)

soak: venv  ## Fresh schedules of faults, 1,000 in process and 30 with the real command line, 1,000 plans, and fresh examples
	@$(ENGINE) && $(SOAK) --schedules 1000 --real 30
	@first=$$($(PYTHON_IN_VENV) -c "import secrets; print(secrets.randbelow(10**9))") && echo "1000 plans, seeds from $$first on" && \
		$(PYTEST) tests/plan/prediction --prediction-seeds 1000 --prediction-first "$$first"
	@$(PYTEST) -m "not flow and not contract" --hypothesis-profile fresh

# These wait for nothing, so a worker more than there are cores would only cost its collection.
test-fast: WORKERS ?= auto
test-fast: venv  ## The tests for people at work: without the engine, other people's clients, what takes seconds, and most examples
	@$(PYTEST) -m "not flow and not contract and not slow" --hypothesis-profile quick

lint: venv  ## Formatting, lint, types and import rules
	@.venv/bin/ruff format --check --quiet
	@.venv/bin/ruff check --quiet
	@.venv/bin/mypy
	@.venv/bin/mypy --platform win32 --cache-dir .mypy_cache/windows aem_mail
	@.venv/bin/lint-imports

format: venv  ## Format, and fix what lint can fix
	@.venv/bin/ruff format
	@.venv/bin/ruff check --fix

lock: venv  ## Compile the requirements files again from pyproject.toml
	@$(LOCK) --extra publishing --output-file requirements.txt
	@$(LOCK) --all-extras --output-file requirements-dev.txt

clean:  ## Remove what these commands made in the checkout; the engine stays in the user's cache
	@rm -rf .venv .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .grimp_cache .hypothesis build *.egg-info
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

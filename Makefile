# Every target does its own set-up: a fresh machine needs make and a Python from 3.11, nothing else.
#
#   make serve            the echo service on port 8080      (ECHO_DELAY, ECHO_ENDPOINT: see README)
#   make test             the test suite                     (T=tests.test_fault for a part, JOBS=2)
#   make check            ruff, mypy --strict, generated files up to date, architecture
#   make test-all         the suite on every Python from 3.11 that is found here
#   make bench            figures beside other servers' and parsers'   (BENCH="echo parse" for a part)
#   make corpus           every WSDL of ../shared/wsdl, generated, served, mocked and called: tables
#   make fuzz             the property tests with new examples, and mutated WSDLs, for MINUTES=10
#   make soak             the echo service under good, bad, slow and cut connections for MINUTES=60
#   make wheel            dist/*.whl, tried in a bare environment
#   make clean            removes what the others made, the virtual environment too

SHELL := /bin/bash
VENV ?= .venv
BIN := $(VENV)/bin
T ?= tests
BENCH ?=

# The first Python from 3.11 that can make a virtual environment; PYTHON=… chooses another.
FIND_PYTHON = for p in $(PYTHON) python3 python3.13 python3.12 python3.11 python3.14 python; do \
	  if $$p -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; \
	  then echo $$p; exit 0; fi; done; \
	echo "make: no Python from 3.11 with venv and ensurepip is on the PATH (Debian: python3-venv)" >&2; exit 1

.PHONY: serve test check test-all bench corpus fuzz soak wheel clean
.DEFAULT_GOAL := test

$(BIN)/python:
	python=$$($(FIND_PYTHON)) && $$python -m venv $(VENV)

# Stamps: an install runs again only when what it depends on has changed.
$(VENV)/.run: pyproject.toml setup.py | $(BIN)/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e .
	@touch $@

$(VENV)/.dev: pyproject.toml setup.py | $(BIN)/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[dev]'
	@touch $@ $(VENV)/.run

serve: $(VENV)/.run
	exec $(BIN)/twistd -ny server.tac

test: $(VENV)/.dev
	$(BIN)/trial $(if $(JOBS),-j$(JOBS)) $(TRIAL_FLAGS) $(T)

check: $(VENV)/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy --strict
	$(BIN)/wsdl2py --check -w -o generated echo.wsdl
	$(BIN)/trial --reporter=text tests.test_architecture

# pyenv keeps its Pythons off the PATH; each version gets an environment of its own.
test-all:
	@status=0; for p in python3.11 python3.12 python3.13 python3.14 $(HOME)/.pyenv/versions/3.1[1-9].*/bin/python; do \
	  v=$$($$p -c 'import sys, venv, ensurepip; print("%d.%d" % sys.version_info[:2])' 2>/dev/null) || continue; \
	  case " $$seen " in *" $$v "*) continue;; esac; seen="$$seen $$v"; \
	  echo "=== Python $$v ($$p)"; \
	  $(MAKE) --no-print-directory test VENV=.venvs/$$v PYTHON=$$p || { status=1; failed="$$failed $$v"; }; \
	done; echo "=== run on:$$seen; failed:$${failed:- none}"; test -n "$$seen" && exit $$status

bench: $(VENV)/.dev
	$(BIN)/python -m bench $(BENCH)

corpus: $(VENV)/.dev
	$(BIN)/python -m tests.corpus
	$(BIN)/python -m tests.corpus.serving
	$(BIN)/python -m tests.corpus.mocking

# Each run of a property test draws new examples; what fails is kept in .hypothesis and tried first.
fuzz: $(VENV)/.dev
	end=$$((SECONDS + 60 * $(or $(MINUTES),10))); \
	tests=$$(grep -rl --include='test_*.py' '^from hypothesis' tests); \
	while [ $$SECONDS -lt $$end ]; do \
	  $(BIN)/trial --reporter=text $(TRIAL_FLAGS) $$tests && \
	  $(BIN)/python -m tests.corpus.mutations --minutes 2 || exit 1; \
	done

soak: $(VENV)/.dev
	$(BIN)/python -m bench soak --minutes $(or $(MINUTES),60)
	$(BIN)/python -m tests.mock.kill 50

# Built, then installed where there is nothing else, and wsdl2py run from it outside the clone.
wheel: $(VENV)/.dev
	rm -rf build dist
	$(BIN)/python -m build --wheel --outdir dist . >/dev/null
	bare=$$(mktemp -d) && trap 'rm -rf "$$bare"' EXIT && \
	$(BIN)/python -m venv "$$bare/venv" && \
	"$$bare/venv/bin/pip" install --quiet --disable-pip-version-check dist/*.whl && \
	cp echo.wsdl "$$bare" && cd "$$bare" && venv/bin/wsdl2py -w -o generated echo.wsdl && \
	cd generated && ../venv/bin/python -c 'import EchoServer_server, EchoServer_client' && \
	echo "the wheel works"

clean:
	rm -rf $(VENV) .venvs build dist *.egg-info _trial_temp* .mypy_cache .ruff_cache .hypothesis \
	  bench/out twistd.log* twistd.pid
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

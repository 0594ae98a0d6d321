# make demo | test | test-long | bench | lint | format | clean. Every target installs what it needs and is missing (system
# packages, virtual environment, the built package) and does nothing where all is up to date.
#   ARGS       further arguments of the demo, of pytest or of the benchmark:  make demo ARGS=--help
#   MPC_JOBS   parallel compiler processes (default: all cores)
#   MPC_WERROR set to 1: warnings are errors

# Steps use all cores themselves.
.NOTPARALLEL:
BIN := .venv/bin
ARGS ?=

.PHONY: help demo test test-native test-ct test-python test-long bench lint format clean distclean system-build system-test venv-dev package

help:
	@echo "make demo       build, then run the demonstration (ARGS=... are passed on)"
	@echo "make test       native tests (release, sanitizers, constant time), then the Python tests"
	@echo "make test-long  the tests that take minutes: timing of secrets, then Python tests"
	@echo "make bench      the engine against GMP and OpenSSL, presigning and signing; for minutes, on a quiet machine"
	@echo "make lint       ruff, mypy, clang-format"
	@echo "make format     let ruff and clang-format rewrite the sources"
	@echo "make clean      remove build output and caches (distclean: the virtual environment, too)"

demo: system-build
	@scripts/venv.sh wallet
	@scripts/package.sh
	@$(BIN)/mpc-fast demo $(ARGS)

test: test-native test-ct test-python

test-native: system-test
	@scripts/native_tests.sh native
	@scripts/native_tests.sh asan

test-ct: system-test
	@scripts/ct_tests.sh

test-python: package
	@echo "python tests"
	@$(BIN)/pytest tests -m "not long" --timeout=900 -n auto --dist worksteal $(ARGS)
	@echo "python tests of the engine and of whole sessions, portable kernel"
	@MPC_FAST_KERNEL=portable $(BIN)/pytest tests/test_ciphertext_blocks.py tests/test_cross_modexp.py tests/test_differential.py \
	  tests/test_cross_protocol.py -m "not long" --timeout=900 -n auto --dist worksteal

test-long: package system-test
	@scripts/timing_tests.sh
	@echo "python tests, long"
	@$(BIN)/pytest tests -m long -n auto --dist worksteal $(ARGS)
	@echo "python tests of the engine, long, portable kernel"
	@MPC_FAST_KERNEL=portable $(BIN)/pytest tests/test_differential.py -m long -n auto --dist worksteal

bench: system-build
	@scripts/venv.sh bench
	@scripts/package.sh
	@$(BIN)/python -m bench core $(ARGS)

lint: venv-dev
	@scripts/lint.sh

format: venv-dev
	@scripts/lint.sh --fix

clean:
	rm -rf build dist wheelhouse .mypy_cache .ruff_cache .pytest_cache .hypothesis .benchmarks
	find mpc_fast tests bench -name __pycache__ -type d -prune -exec rm -rf {} + 2>/dev/null || true
	rm -f .venv/.package-built

distclean: clean
	rm -rf .venv

system-build:
	@scripts/install_system.sh build

system-test:
	@scripts/install_system.sh build test

venv-dev:
	@scripts/install_system.sh python
	@scripts/venv.sh dev

package: system-build venv-dev
	@scripts/package.sh

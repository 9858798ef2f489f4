# Two commands matter: `make run` and `make test`. The rest is for those who work on the code.
# What is needed: a POSIX shell, coreutils, make, and Python 3.11 or 3.12. All else comes from the lock files.
SHELL := /bin/sh
.DEFAULT_GOAL := help
VENV ?= .venv
export VENV
BIN := $(VENV)/bin
PY := $(BIN)/python
# npm's own programs look for `node` on PATH.
WITH_NODE := PATH="$(CURDIR)/$(BIN):$$PATH"
COMPILE := "../$(BIN)/uv" pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-emit-find-links --custom-compile-command "make lock"
TESTS ?= tests

.PHONY: help run install install-dev test lint fmt lock fresh bench soak screenshots pictures readme clean

help: ## What there is
	@echo "make run          serve the site (PORT=8000, BANDSTAND_DATA=var); Ctrl-C stops it"
	@echo "make test         every test but the long ones"
	@echo "make soak         the long ones"
	@echo "make lint         formatting, rules, types, floors, templates, scripts, missing migrations"
	@echo "make fmt          put the formatting right"
	@echo "make bench        measure each figure beside what it is compared with (NAME=group)"
	@echo "make screenshots  pictures of every page, into var/screenshots"
	@echo "make pictures     those few that the README shows, into docs/pictures"
	@echo "make readme       the README's table of settings, from .env.example"
	@echo "make fresh        both commands in a clean copy, with almost nothing on PATH"
	@echo "make lock         resolve requirements/*.in anew"
	@echo "make clean        remove what was installed and built; the data folder stays"

run: install
	@exec "$(PY)" manage.py up

install:
	@python=$$(sh build/find-python) && "$$python" build/install.py run

install-dev:
	@python=$$(sh build/find-python) && "$$python" build/install.py dev

# The tests of one file stay with one worker: some share a running site or a browser. In their own order, because what waits
# longest comes first (tests/conftest.py); by three, because they wait.
test: install-dev
	@"$(BIN)/pytest" -n 3 --dist loadfile --no-loadscope-reorder -m "not soak" $(TESTS)
	@$(WITH_NODE) npm test --silent

soak: install-dev
	@"$(BIN)/pytest" -m soak tests

lint: install-dev
	@"$(BIN)/ruff" format --check --quiet .
	@"$(BIN)/ruff" check --quiet .
	@"$(BIN)/mypy"
	@"$(BIN)/lint-imports"
	@"$(BIN)/djlint" templates --check --lint
	@$(WITH_NODE) npm run lint --silent
	@"$(PY)" -W ignore manage.py makemigrations --check --dry-run

fmt: install-dev
	@"$(BIN)/ruff" format .
	@"$(BIN)/ruff" check --fix .
	@"$(BIN)/djlint" templates --reformat --quiet || true
	@$(WITH_NODE) npx biome check --write

lock: install-dev
	cd requirements && for name in base embedded dev; do $(COMPILE) $$name.in -o $$name.txt || exit 1; done

bench: install-dev
	@"$(PY)" manage.py bench $(NAME)

screenshots: install-dev
	@"$(BIN)/pytest" -q tests/browser/screenshots.py

pictures: install-dev
	@"$(BIN)/pytest" -q tests/browser/readme_pictures.py

readme: install-dev
	@"$(PY)" build/readme.py

fresh: install-dev
	@"$(PY)" build/fresh.py

clean:
	rm -rf "$(VENV)" node_modules static/vendor static/build .mypy_cache .pytest_cache .ruff_cache .import_linter_cache

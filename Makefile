# Two commands matter: `make run` and `make test`. The rest is for those who work on the code.
SHELL := /bin/sh
.DEFAULT_GOAL := help
BANDSTAND_DATA ?= var
PORT ?= 8000
VENV := .venv
PY := $(VENV)/bin/python
export BANDSTAND_DATA PORT

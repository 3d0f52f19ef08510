# SPDX-License-Identifier: MIT
# Each command does its own set-up, once: see host_tools/set_up.py.

PYTHON ?= python3
BOARD ?= unix
RUN = .venv/bin/python

.PHONY: help setup demo attacks test soak bench lint image flash ram pictures clean

help:
	@echo "make demo     two simulated phones make a sealed call by keypad, and the proof of it"
	@echo "make attacks  hostile relays and peers against two sealed phones, with each defence and without"
	@echo "make test     every test on every rig, real peers included"
	@echo "make soak     the long tests: many calls, many random worlds"
	@echo "make bench    the figures, ours beside other phones' and stacks', into build/bench.json"
	@echo "make lint     the sources against the rules of pyproject.toml"
	@echo "make image    the firmware for BOARD=desk_s3 or desk_esp32; BOARD=unix is a ROMFS image, BOARD=chip a check"
	@echo "make flash    MicroPython onto a phone: BOARD=... PORT=..., and FIRMWARE=file where BOARD pins no download"
	@echo "make ram      heap of each package on 32 bit"
	@echo "make pictures the pictures of README and docs, made anew"
	@echo "make clean    remove what these commands made"
	@echo "A phone of your own: $(RUN) -m sim phone --help (after any of the above)"

setup:
	@$(PYTHON) host_tools/set_up.py

demo: setup
	@$(RUN) -m sim.demo

attacks: setup
	@$(RUN) -m sim attacks

test:
	@$(PYTHON) host_tools/set_up.py --peers
	@$(RUN) tests/run.py

soak:
	@$(PYTHON) host_tools/set_up.py --peers
	@$(RUN) tests/run.py --soak

bench:
	@$(PYTHON) host_tools/set_up.py --peers
	@$(RUN) -m host_tools.bench

lint: setup
	@$(RUN) -m ruff check .

image: setup
	@$(RUN) -m host_tools.$(if $(filter unix wasm chip,$(BOARD)),image,sinetti image) $(BOARD)

flash: setup
	@$(RUN) -m host_tools.sinetti flash --port "$(PORT)" --board "$(BOARD)" $(if $(FIRMWARE),--firmware "$(FIRMWARE)")

ram: setup
	@$(RUN) -m host_tools.ram_report

pictures: setup
	@$(RUN) -m sim.demo --picture docs/demo.svg
	@$(RUN) -m sim.gallery docs/screens.svg
	@$(RUN) -m sim.setup_page docs/setup-page.png

clean:
	@rm -rf .venv node_modules build .pytest_cache .ruff_cache .hypothesis
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

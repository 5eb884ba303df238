# Everything runs in a virtual environment of this folder; Python 3.11 or later and git are all that is needed.
PYTHON ?= python3
BIN := .venv/bin

.DEFAULT_GOAL := help
.PHONY: help demo test bench carriers left-out drift pages kustomize-expected clean

help:
	@echo "make demo   install ekslint here and check a small shop's repository with it"
	@echo "make test   run the checks of the code, the proof of every rule, and the tests"
	@echo "make bench  time ekslint beside yamllint and Checkov"
	@echo "make carriers  write the page docs/carriers.md anew from the code"
	@echo "make left-out  write the page docs/left-out.md anew from docs/left-out.yaml and the rules"
	@echo "make drift  compare the tables with CONTROLLER=, CNI= (checkouts) and INSTANCES= (a wheel of moto)"
	@echo "make pages  write a page for each rule, and an index, into FOLDER="
	@echo "make kustomize-expected  build the kustomizations of the tests anew with KUSTOMIZE= (the program)"

# Installs again when the dependencies change; the path may hold blanks, so only relative names are used.
.venv/installed: pyproject.toml
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[test]'
	@touch .venv/installed

demo: .venv/installed
	@echo
	@echo "examples/shop is a small shop on EKS: an eksctl cluster, two applications with an Ingress each, and a policy that"
	@echo "gives the checkout pods security groups of their own. kubectl and eksctl accept every file of it. This is what ekslint sees:"
	@echo
	@$(BIN)/ekslint check examples/shop --fail-on never
	@echo
	@echo "Each finding names the rule, what happens, and what to write instead; 'ekslint explain RULE' tells more."
	@echo "examples/shop-mended is the same shop with each error and warning mended:"
	@echo
	@$(BIN)/ekslint check examples/shop-mended

test: .venv/installed
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/ekslint test
	$(BIN)/python -m pytest --cov --cov-report=term

bench: .venv/installed
	$(BIN)/python benchmarks/run.py

carriers: .venv/installed
	$(BIN)/python maintenance/carriers.py

left-out: .venv/installed
	$(BIN)/python maintenance/left_out.py

drift: .venv/installed
	$(BIN)/python maintenance/drift.py $(if $(CONTROLLER),--controller "$(CONTROLLER)") $(if $(CNI),--cni "$(CNI)") \
	  $(if $(INSTANCES),--instances "$(INSTANCES)")

pages: .venv/installed
	@test -n "$(FOLDER)" || { echo "name the folder: make pages FOLDER=path"; exit 2; }
	$(BIN)/python maintenance/pages.py "$(FOLDER)"

kustomize-expected:
	@test -n "$(KUSTOMIZE)" || { echo "name the program: make kustomize-expected KUSTOMIZE=path/to/kustomize"; exit 2; }
	for folder in tests/fixtures/kustomize/*/; do "$(KUSTOMIZE)" build "$$folder" > "$$folder/expected.yaml" || exit 1; done

clean:
	rm -rf .venv build dist

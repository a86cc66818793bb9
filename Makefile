# SPDX-License-Identifier: GPL-2.0
#
#   make run [ARCH=CONFIG]      mainline beside series, counted (x86_64)
#   make test [CONFIG=CONFIG]   the series, tested (all configurations)
#   make check                  the patches and the scripts, read by tools
#   make check-prefixes         every prefix of the series compiles (long)
#   make tree, make refresh     patches/ to build/linux and back
#   make clean                  remove build/ (the cache stays)
#
# README.md says more.

ARCH ?= x86_64

.PHONY: help run test check check-quick check-prefixes tree refresh clean

help:
	@sed -n 's/^#   //p' Makefile

run:
	@tools/run.sh $(ARCH)

test:
	@tools/test.sh $(CONFIG)

check:
	@tools/check.sh

check-quick:
	@tools/check.sh -q

check-prefixes:
	@tools/prefixes.sh

tree:
	@tools/tree.sh

refresh:
	@tools/refresh.sh

clean:
	rm -rf build

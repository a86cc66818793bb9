# SPDX-License-Identifier: GPL-2.0
#
#   make run [ARCH=CONFIG]      mainline beside series, counted (x86_64)
#   make test [CONFIG=CONFIG] [TOPICS="tests fixes-mm"]  the series, or these topics of it alone,
#                               tested (all configurations)
#   make stress [CONFIG=CONFIG] [SECS=60] [SEED=1]  page tables changed at random (x86_64)
#   make sanitize SAN=kasan [CONFIG=x86_64|arm64] [SECS=1200]
#                               the debug kernel with a sanitizer: tests and stress (long)
#   make shell [CONFIG=CONFIG] [KERNEL=mainline|series|debug]  a prompt in a guest (x86_64, series)
#   make bisect ROW="clear_refs_1 sent_full" [CONFIG=..] [FROM=..] [TO=..]
#                               the patch that moved a count of make run
#   make mutants [CONFIG=..] [QUICK=1] [ONLY=name] [KEEP=1]
#                               the kernel broken on purpose: do the tests notice?
#   make kselftest [CONFIG=..] [CATEGORIES=..]
#   make ltp LTP=DIR [CONFIG=..]   other people's tests, mainline against series
#   make stale [CONFIG=..]      how long an emulated CPU keeps a stale TLB entry
#   make preempt [CONFIG=..]    how long vmap and vunmap keep preemption off (ppc64le-hash)
#   make model                  the gather explored in user space: tools/model (part of make test)
#   make test-tools [TOOL=fixes]  the tools themselves, or one of them (part of make test)
#   make litmus                 the order of the gather's publication, in the kernel's memory model
#   make check                  the patches and the scripts, read by tools
#   make check-prefixes         every prefix of the series compiles (long)
#   make archs [ARCHS="arm sh"] [BASE=protect]  each architecture that Debian compiles (long)
#   make tree, make refresh     patches/ to build/linux and back
#   make series [TOPIC=TOPIC]  each topic, ready to be posted: build/series/TOPIC
#   make fixes-proof [RUNS=3] [CONFIG=..] [ONLY=test] [LOAD=2]  each fix: its tests fail without it,
#                               and pass with it (long)
#   make clean                  remove build/ (the cache stays)
#
# README.md says more.

# ARCH and CONFIG mean the same. An environment often has an ARCH for something
# else, so only make's own arguments count.
given = $(if $(filter command,$(firstword $(origin $(1)))),$($(1)))
arch := $(call given,ARCH)
config := $(call given,CONFIG)
ifneq ($(and $(arch),$(config)),)
ifneq ($(arch),$(config))
$(error ARCH=$(arch) and CONFIG=$(config) differ: give one of them)
endif
endif
one := $(or $(arch),$(config))

.PHONY: archs help run test test-tools model litmus stress sanitize shell bisect mutants kselftest ltp stale preempt check check-quick check-prefixes tree refresh series fixes-proof clean

help:
	@sed -n 's/^#   //p' Makefile

run:
	@tools/measure/run.sh $(or $(one),x86_64)

test:
	@TOPICS="$(TOPICS)" tools/test/test.sh $(one)

test-tools:
	@tools/test/tools.sh $(TOOL)

mutants:
	@ONLY="$(ONLY)" KEEP="$(KEEP)" tools/test/mutants.sh $(if $(QUICK),-q) $(one)

kselftest:
	@CATEGORIES="$(CATEGORIES)" tools/compare/kselftest.sh $(or $(one),x86_64)

ltp:
	@LTP="$(LTP)" tools/compare/ltp.sh $(or $(one),x86_64)

stale:
	@tools/measure/stale.sh $(one)

preempt:
	@tools/measure/preempt.sh $(or $(one),ppc64le-hash)

model:
	@tools/test/model.sh

litmus:
	@tools/test/litmus.sh

check:
	@tools/series/check.sh

check-quick:
	@tools/series/check.sh -q

check-prefixes:
	@tools/series/prefixes.sh

tree:
	@tools/series/tree.sh

refresh:
	@tools/series/refresh.sh

series:
	@tools/series/series.sh $(call given,TOPIC)

fixes-proof:
	@RUNS="$(call given,RUNS)" ONLY="$(ONLY)" LOAD="$(call given,LOAD)" tools/test/fixes.sh $(one)

archs:
	@tools/series/archs.sh $(if $(BASE),-c $(BASE)) $(ARCHS)

clean:
	@tools/base/clean.sh

shell:
	@tools/base/shell.sh $(or $(one),x86_64) $(or $(call given,KERNEL),series)

bisect:
	@FROM="$(call given,FROM)" TO="$(call given,TO)" tools/measure/bisect.sh $(or $(one),x86_64) "$(call given,ROW)"

sanitize:
	@tools/test/sanitize.sh "$(call given,SAN)" $(or $(one),x86_64) $(or $(call given,SECS),1200) $(or $(call given,SEED),1)

stress:
	@tools/test/stress.sh $(or $(one),x86_64) $(or $(call given,SECS),60) $(or $(call given,SEED),1)

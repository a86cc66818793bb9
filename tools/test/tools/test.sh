#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Usage: tools/test/tools/test.sh
#
# tools/test/test.sh: make test around kernels and guests that do not exist.
set -u
. "$(dirname "$0")/../expect.sh"

expect 'test: unknown CONFIG' 2 "unknown ARCH or CONFIG 'vax'" "$TOP/tools/test/test.sh" vax
expect "test: unknown TOPICS" 2 "test: unknown topic 'none': it is one of one $" \
	env TOPICS="one none" "$TOP/tools/test/test.sh" x86_64
expect "test: no TOPICS" 2 "test: TOPICS names no topic: it is of one $" \
	env TOPICS=" " "$TOP/tools/test/test.sh" x86_64
fake_topics
expect 'test: topics that conflict' 1 'fixes-b/0001-.*does not apply' of_many env TOPICS=fixes-b "$TOP/tools/test/test.sh" arm64
expect 'test: have no results' 1 '' test -e "$T/many-build/results-fixes-b"
copy
# shellcheck disable=SC2016
stub litmus 'printf "litmus\ta\tpass\t\n" >"$BUILD/results/litmus.tsv"'
stub boot 'exit 1'
stub tools 'exit 7'
expect 'test: tools whose tests end early' 1 'tools.end # ended early with status 7' \
	"$T/top/tools/test/test.sh" arm64
stub tools 'printf "tools\tend\tpass\t\n"'
stub need 'exit 1'
expect 'test: packages that are missing' 1 '^1 passed, 1 failed, 0 skipped$' \
	"$T/top/tools/test/test.sh" arm64
stub need ''
mkdir -p "$T/top/mutants"
echo "Detectors: model" >"$T/top/mutants/1.patch"
cp "$T/top/tools/test/mutants.sh" "$T/mutants.sh"
# shellcheck disable=SC2016
stub mutants 'echo "no model" >"$OG_WHY"; exit 1'
stub boot 'exit 1'
expect 'test: mutants that cannot be had' 1 '^not ok 1 mutants.end # no model$' \
	"$T/top/tools/test/test.sh" arm64
cp "$T/mutants.sh" "$T/top/tools/test/mutants.sh"
rm -r "$T/top/mutants"
# shellcheck disable=SC2016
stub model 'printf "model\tplain.a\tpass\t\n" >"$BUILD/results/model.tsv"; exit 1'
# shellcheck disable=SC2016
stub mutants 'printf "1-a\tmodel\tcaught\tx\n" >"$BUILD/results/mutants-quick.tsv"; exit 1'
stub boot 'exit 1'
expect 'test: a model that fails without a row' 1 '^not ok 2 model.end # ended with status 1: see the log$' \
	"$T/top/tools/test/test.sh" arm64
expect 'test: mutants that fail without a row' 1 '^not ok 2 mutants.end # ended with status 1: see the log$' \
	"$T/top/tools/test/test.sh" arm64
# shellcheck disable=SC2016
stub litmus 'echo "no tests" >"$OG_WHY"; exit 1'
expect 'test: litmus tests that cannot be run' 1 '^not ok 1 litmus.end # no tests$' \
	"$T/top/tools/test/test.sh" arm64
# shellcheck disable=SC2016
stub litmus 'printf "litmus\ta\tskip\tno herd7\n" >"$BUILD/results/litmus.tsv"'
expect 'test: how long each took' 1 '^# seconds: tools [0-9]+, litmus [0-9]+, model [0-9]+, mutants [0-9]+, arm64 [0-9]+$' \
	"$T/top/tools/test/test.sh" arm64
expect 'test: and its file' 0 '^arm64	[0-9]+$' cat "$BUILD/results/seconds.tsv"
expect 'test: litmus tests that are skipped' 1 '^ok 1 litmus.a # SKIP no herd7$' \
	"$T/top/tools/test/test.sh" arm64
expect 'test: a guest that counts no debts' 1 '^not ok .* checker.counters # the guest does not say' \
	"$T/top/tools/test/test.sh" arm64
expect 'test: a guest without the checker' 1 '^1\.\.3$' "$T/top/tools/test/test.sh" s390x
# shellcheck disable=SC2016
stub boot 'echo "$*" >"$BUILD/words"; exit 1'
expect 'test: TOPICS has results of its own' 1 '^# arm64: build/results-one/test-arm64.tsv$' \
	env TOPICS=one "$T/top/tools/test/test.sh" arm64
expect 'test: and a console' 0 '' test -f "$BUILD/log/console-test-one-arm64"
expect 'test: and its warnings do not end the guest' 0 '' grep -q panic_on_warn=0 "$BUILD/words"
expect 'test: and what they have not got is not run' 0 ' og.run=$' cat "$BUILD/words"
expect 'test: nor asked for' 0 '^kernel	boot	fail	' cat "$BUILD/results-one/test-arm64.tsv"
expect 'test: and no row more' 0 '^1$' grep -c . "$BUILD/results-one/test-arm64.tsv"
# shellcheck disable=SC2016
stub mutants 'printf "1-a\tmodel\tcaught\tONLY=${ONLY-}\n" >"$BUILD/results/mutants-quick.tsv"'
expect 'test: ONLY is not for it' 1 '^ok 1 mutants.1-a.model # caught ONLY=$' \
	env ONLY=1 "$T/top/tools/test/test.sh" arm64
cp "$T/mutants.sh" "$T/top/tools/test/mutants.sh"
cp "$TOP/tools/test/model.sh" "$T/top/tools/test/model.sh"
stub boot 'exit 143'
expect 'test: a boot that a signal ends' 143 'guest arm64: booting' \
	"$T/top/tools/test/test.sh" arm64
exit "$failed"

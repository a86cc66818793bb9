#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Usage: tools/test/tools/mutants.sh
#
# tools/test/mutants.sh: which consoles, and which models, have caught a mutant.
set -u
. "$(dirname "$0")/../expect.sh"

# mutant NAME DETECTORS [RULE [LIKE [ROOM]]]: a patch of mutants/ without a diff.
mutant() {
	printf 'Subject: s\nRule: %s\nDetectors: %s\n%s\ndiff --git a/f b/f\n' "${3-r}" "$2" \
		"${4:+Like: $4
}" >"$T/mutants/${5:-gather}/$1.patch"
}

# shellcheck disable=SC2317
breaks() {
	env MUTANTS="$T/mutants" "$T/top/tools/test/mutants.sh" "$@"
}

# What a guest of the unmutated kernel says, and those of mutants.
mutant_console() {
	k='[ 0.1] KTAP version 1\n[ 0.1] 1..1\n[ 0.1]     # Subtest: mmu_gather\n[ 0.1]     1..1\n'
	ok='[ 0.1]     ok 1 range\n[ 0.1] ok 1 mmu_gather\n'
	p='og: start prog\nTAP version 13\n1..1\n#  RUN           prog.a ...\n'
	e='og: exit prog 0\nog: done\n'
	owes='[ 1.0] TLB flush missed: page freed\n'
	printf '%b' "$k$ok${p}ok 1 prog.a\n$e" >"$T/good"
	printf '%b' "${k}[ 0.1]     not ok 1 range\n[ 0.1] not ok 1 mmu_gather\n${p}not ok 1 prog.a\nog: exit prog 1\nog: done\n" >"$T/caught"
	printf '%b' "${k}[ 0.1] Kernel panic - not syncing: x\n" >"$T/dies"
	printf '%b' "[ 0.1] Kernel panic - not syncing: x\n" >"$T/early"
	printf '%b' "$k$ok${p}[ 0.1] Kernel panic - not syncing: x\n" >"$T/late"
	printf '%b' "$k$ok$p" >"$T/hangs"
	printf '%b' "${k}[ 0.1]     o[ 0.1] a message\n[ 0.1] ok 1 mmu_gather\n${p}ok 1 prog.a\n$e" >"$T/torn"
	printf '%b' "$k$ok${p}# a: Test terminated by timeout\nnot ok 1 prog.a\n$e" >"$T/slow"
	printf '%b' "$k$ok${p}ok 1 prog.a # SKIP no THP\n$e" >"$T/skips"
	printf '%b' "$k$ok$p${owes}ok 1 prog.a\n$e" >"$T/owes"
	printf '%b' "$k$owes$ok${p}ok 1 prog.a\n$e" >"$T/owes-early"
	printf '%b' "$k$ok${p}ok 1 prog.a\nog: exit prog 0\ndebt recorded 9\r\ndebt lost 4\r\nog: done\n" >"$T/loses"
}

# boots BASE MUTANT [AGAIN]: the consoles of the next guests.
boots() {
	stub boot "case \$4 in *base*) cat '$T/$1' ;; *again*) cat '$T/${3:-$1}' ;; *) cat '$T/$2' ;; esac >\"\$4\""
}

mutants_refused() {
	expect 'mutants: no directory' 1 'no mutants in' breaks
	mutant 1-a kunit ''
	expect 'mutants: no rule' 1 "mutant 1-a has no line 'Rule:'" breaks
	mutant 1-a magic
	expect 'mutants: an unknown detector' 1 "no detector 'magic'" breaks
	mutant 1-a selftest
	expect 'mutants: a selftest without a name' 1 "no detector 'selftest'" breaks
	mutant 1-a kunit@vax
	expect 'mutants: a detector of no configuration' 2 "unknown ARCH or CONFIG 'vax'" breaks
	mutant 1-a kunit r "" callsite
	expect 'mutants: a name in two rooms' 1 "two mutants are called 1-a$" breaks
	rm "$T/mutants/callsite/1-a.patch"
	expect 'mutants: an unknown CONFIG' 2 "unknown ARCH or CONFIG 'vax'" breaks vax
	mutant 1-a kunit
	expect 'mutants: ONLY names none' 1 "no mutant for this: ONLY='2'" env ONLY=2 \
		MUTANTS="$T/mutants" "$T/top/tools/test/mutants.sh"
	mutant 1-a kunit r 2-b
	expect 'mutants: like one that is not there' 1 "mutant 1-a is like '2-b', which is none" breaks
	mutant 1-a checker@arm64
	expect 'mutants: none for this CONFIG' 1 "no mutant for this: .*CONFIG='x86_64'" breaks x86_64
}

# What is no word of the detector catches nothing.
mutants_no_word() {
	boots good dies
	expect 'mutants: a guest that dies in KUnit' 1 'crash +1-a by kunit: Kernel panic' breaks
	expect 'mutants: and so before the program' 1 'crash +1-a by selftest:prog.a: Kernel panic' breaks
	boots good early
	expect 'mutants: a guest that dies at boot' 1 'crash +1-a by kunit: Kernel panic' breaks
	boots good hangs
	expect 'mutants: a guest that hangs' 1 'error +1-a by selftest:prog.a: prog/prog.a gave no result' breaks
	boots good torn
	expect 'mutants: a line that is torn' 1 'error +1-a by kunit: 0 of 1 cases gave a result: cut by' breaks
	boots good slow
	expect 'mutants: a test that takes too long' 1 'error +1-a by selftest:prog.a: prog.a ran out of time' breaks
	boots good skips
	expect 'mutants: a test that skips then' 1 'error +1-a by selftest:prog.a: skipped with the mutant: prog.a: no THP' breaks
	boots skips caught
	expect 'mutants: a test that skips anyhow' 1 'error +1-a by selftest:prog.a: prog.a is skipped without' breaks
	boots good caught caught
	expect 'mutants: a second boot of the series fails' 1 'error +1-a by kunit: in a second boot of the series: range is not ok' breaks
	expect 'mutants: and that is the row' 1 '' grep -q caught "$BUILD/results/mutants.tsv"
}

mutants_judged() {
	mutant 1-a 'kunit selftest:prog.a kunit@s390x'
	boots good caught
	expect 'mutants: caught' 0 '^1 mutants, 1 caught$' breaks
	expect 'mutants: the rows' 0 '^1-a	kunit@s390x	caught	range$' cat "$BUILD/results/mutants.tsv"
	boots good good
	expect 'mutants: a survivor' 1 '^1 mutants, 0 caught$' breaks
	expect 'mutants: a detector that is dead' 1 '^FAIL: the detector kunit caught nothing$' breaks
	boots caught caught
	expect 'mutants: a test that fails anyhow' 1 'error +1-a by kunit: range is not ok without the mutant' breaks
	mutants_no_word
	boots dies caught
	expect 'mutants: the series itself dies' 1 'the unmutated series does not come to its end' breaks
	mutant 1-a kunit@arm64
	boots good caught
	expect 'mutants: a suite that is not there' 1 'error .*lazy_mmu_mode did not run to its end without' breaks
	mutant 1-a checker
	mkdir -p "$BUILD/mutants/obj/x86_64"
	: >"$BUILD/mutants/obj/x86_64/.config"
	boots good caught
	expect 'mutants: a kernel without the checker' 1 'error +1-a by checker: this kernel has no debt checker' breaks
	echo CONFIG_TLB_DEBT=y >"$BUILD/mutants/obj/x86_64/.config"
	boots good owes
	expect 'mutants: the checker warns' 0 'caught +1-a by checker: TLB flush missed: page freed' breaks
	boots owes owes
	expect 'mutants: the checker always warns' 1 'error .*warns without the mutant' breaks
	boots good owes-early
	expect 'mutants: the checker warns before' 0 'caught +1-a by checker: TLB flush missed' breaks
	boots good loses
	expect 'mutants: a checker that lost debts' 1 'error +1-a by checker: no warning, but the checker lost 4 debts$' breaks
	mutant 1-a checker:prog.a
	boots good owes
	expect 'mutants: the checker warns in a test' 0 'caught +1-a by checker:prog.a: TLB flush' breaks
	boots good owes-early
	expect 'mutants: the checker warns before the test' 1 'error +1-a by checker:prog.a: warns, but not while prog.prog.a runs' breaks
	mutant 1-a checker:prog.b
	expect 'mutants: the checker and no such test' 1 'error +1-a by checker:prog.b: prog/prog.b did not pass without' breaks
	mutant 1-a checker
	boots owes owes
	# shellcheck disable=SC2016
	stub kernel '[ -z "${MUTANT:-}" ] || { echo "p does not apply" >"$OG_WHY"; exit 1; }; echo '"$T/image"
	boots good caught
	expect 'mutants: a patch that does not apply' 1 'error +1-a by checker: p does not apply' breaks
	stub kernel "echo '$T/image'"
	mutants_that_die
}

mutants_that_die() {
	mutant 1-a 'crash:prog.a kunit:mmu_gather.range'
	boots good late
	expect 'mutants: a crash that is awaited' 1 'caught +1-a by crash:prog.a: Kernel panic' breaks
	expect 'mutants: and what passed before it' 1 'survived 1-a by kunit:mmu_gather.range' breaks
	boots good early
	expect 'mutants: a crash elsewhere' 1 'error +1-a by crash:prog.a: dies, but not while prog/prog.a runs' breaks
	boots good good
	expect 'mutants: no crash' 1 'survived 1-a by crash:prog.a' breaks
	mutant 1-a kunit
	mutant 2-b kunit r 1-a
	boots good caught
	expect 'mutants: one that is like another' 0 '^1 of them break what another of them does' breaks
	rm "$T/mutants/gather/2-b.patch"
	mutant 1-a 'kunit kunit@s390x:mmu_gather.range'
	stub boot "case \$4 in *base-s390x) cat '$T/dies' ;; *1-a*) cat '$T/caught' ;; *) cat '$T/good' ;; esac >\"\$4\""
	expect 'mutants: ended in the middle' 1 'the unmutated series does not come to its end' breaks
	expect 'mutants: what was known by then' 0 '^1-a	kunit	caught	range$' cat "$BUILD/results/mutants.tsv.new"
	expect 'mutants: is no table yet' 1 '' test -e "$BUILD/results/mutants.tsv"
}

# kept STATUS REGEX NAME [KEEP]: the one mutant again, whose guest now says what $T/now has.
kept() {
	expect "mutants: $3" "$1" "$2" env KEEP="${4-1}" MUTANTS="$T/mutants" "$T/top/tools/test/mutants.sh"
}

mutants_kept() {
	mutant 1-a kunit
	boots good now
	cp "$T/caught" "$T/now"
	kept 0 '^1 mutants, 1 caught$' 'KEEP, and there is nothing'
	cp "$T/good" "$T/now"
	kept 0 '^1 mutants, 1 caught$' 'KEEP takes a console over'
	kept 0 'guest x86_64: 1-a: the console of an earlier run' 'KEEP says so'
	boots caught now
	kept 1 'range is not ok without' 'KEEP and a series that fails'
	boots good now
	kept 1 '^survived 1-a by kunit' 'KEEP after an error'
	cp "$T/caught" "$T/now"
	kept 1 '^survived 1-a by kunit' 'KEEP takes a survivor over'
	kept 0 '^1 mutants, 1 caught$' 'no KEEP' ''
	cp "$T/good" "$T/now"
	echo "# x" >>"$T/top/tools/base/clean.sh"
	kept 1 '^survived 1-a by kunit' 'KEEP after a tool has changed'
	cp "$T/caught" "$T/now"
	kept 0 '^1 mutants, 1 caught$' 'no KEEP again' ''
	cp "$T/good" "$T/now"
	mutant 1-a kunit another
	kept 1 '^survived 1-a by kunit' 'KEEP after the patch has changed'
	cp "$T/caught" "$T/now"
	cp "$PATCHES"/one/0001* "$T/0001"
	echo >>"$(echo "$PATCHES"/one/0001*)"
	kept 0 '^1 mutants, 1 caught$' 'KEEP after the series has changed'
	cp "$T/good" "$T/now"
	cp "$T/0001" "$(echo "$PATCHES"/one/0001*)"
	kept 1 '^survived 1-a by kunit' 'KEEP and a series of before'
	cp "$T/dies" "$T/now"
	echo >>"$BUILD/log/console-mutant-1-a-x86_64"
	kept 1 '^crash +1-a by kunit' 'KEEP and a console of another run'
	cp "$T/caught" "$T/now"
	kept 0 '^1 mutants, 1 caught$' 'KEEP after a crash'
}

mutants() {
	mkdir -p "$T/mutants/gather" "$T/mutants/callsite"
	: >"$T/image"
	: >"$T/initramfs"
	stub kernel "echo '$T/image'"
	stub guest "echo '$T/initramfs'"
	# The fake guests run the one suite that every configuration has.
	sed -i "s/,debug-debt//" "$T/top/tools/configs/table"
	mutant_console
	mutants_refused
	mutants_judged
	mutants_kept
	models_judged
}

# A kernel tree, and a model that passes as long as mm/mmu_gather.c of it says "flush", and
# fails else for the reason that $T/why has.
fake_model() {
	mkdir -p "$T/modelled" "$T/noseries"
	(cd "$T/modelled" && for d in mm include arch/x86/include arch/arm64/include \
		arch/powerpc/include arch/s390/include tools/include; do
		mkdir -p $d && : >$d/keep
	done)
	: >"$T/noseries/series"
	cp "$LINUX/Makefile" "$T/modelled"
	printf 'flush\n' >"$T/modelled/mm/mmu_gather.c"
	# shellcheck disable=SC2016
	printf 'all:\nrun:\n\t@if grep -q flush $(KSRC)/mm/mmu_gather.c; then echo ok 1 plain.a; else echo "not ok 1 plain.a # $$(cat %s); 7 states, 8 interleavings"; fi\n\t@echo ok 2 plain.b $(ARGS)\n' "$T/why" \
		>"$T/top/tools/model/Makefile"
	git init -q --template= "$T/modelled"
	git -C "$T/modelled" add -A
	git -C "$T/modelled" -c user.name=o -c user.email=o commit -q -m base
}

# model_mutant NAME DETECTORS FROM TO
model_mutant() {
	printf 'Subject: s\nRule: r\nDetectors: %s\n\n--- a/mm/mmu_gather.c\n+++ b/mm/mmu_gather.c\n@@ -1 +1 @@\n-%s\n+%s\n' \
		"$2" "$3" "$4" >"$T/mutants/gather/$1.patch"
}

# shellcheck disable=SC2317
models() {
	env MUTANTS="$T/mutants" LINUX="$T/modelled" PATCHES="$T/noseries" "$T/top/tools/test/mutants.sh" -q
}

models_judged() {
	rm -f "$T"/mutants/*/*
	fake_model
	model_mutant 1-a 'model:plain.a kunit' flush free
	echo "page 1 is stale" >"$T/why"
	expect 'mutants: the model catches' 0 '^caught +1-a by model:plain.a: plain.a: page 1 is stale$' models
	for why in 'one preemption takes more than 500 states' \
		'an event did not come about: NESTED' 'its process has ended without a result' \
		'more than 9 decisions' 'no end after 9 steps'; do
		echo "$why" >"$T/why"
		expect "mutants: $why" 1 "^error +1-a by model:plain.a: plain.a fails by no rule: $why\$" models
	done
	: >"$T/why"
	expect 'mutants: a model without a reason' 1 'fails by no rule: no reason$' models
	echo 'a sanitizer has ended it' >"$T/why"
	expect 'mutants: QUICK boots nothing' 0 '^1 mutants, 1 caught$' models
	echo whole >"$BUILD/results/mutants-quick.tsv"
	expect 'mutants: QUICK and ONLY' 0 '^1 mutants, 1 caught$' env ONLY=1-a MUTANTS="$T/mutants" \
		LINUX="$T/modelled" PATCHES="$T/noseries" "$T/top/tools/test/mutants.sh" -q
	expect 'mutants: have a table of their own' 0 '^whole$' cat "$BUILD/results/mutants-quick.tsv"
	model_mutant 2-b 'model:b' flush free
	expect 'mutants: the model does not' 1 '^survived 2-b by model:b' models
	model_mutant 2-b 'model:c' flush free
	expect 'mutants: no such scenario' 1 '^error .*2-b by model:c: c did not run without the mutant' models
	model_mutant 2-b model never free
	expect 'mutants: a patch that does not apply there' 1 '^error +2-b by model: error: patch failed' models
	rm "$T/mutants/gather/2-b.patch"
	expect 'mutants: is as before after it' 0 '^1 mutants, 1 caught$' models
	expect 'mutants: a series without what the model is made of' 1 'the series lacks what the model is made of: fatal: pathspec .mm. did' \
		env MUTANTS="$T/mutants" "$T/top/tools/test/mutants.sh" -q
}

copy
mutants
exit "$failed"

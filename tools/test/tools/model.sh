#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Usage: tools/test/tools/model.sh
#
# tools/test/model.sh: around a model that says what it is told.
set -u
. "$(dirname "$0")/../expect.sh"

# A model whose program says what $T/says has, which a test writes.
# shellcheck disable=SC2317
says() {
	printf '%s\n' "$1" >"$T/says"
	shift
	"$T/top/tools/test/model.sh" "$T/ended" "$@"
}

ended_model() {
	d=$T/top/tools/model
	mkdir -p "$T/ended/include/linux"
	: >"$T/ended/include/linux/tlb_pending.h"
	# shellcheck disable=SC2016
	printf '#!/bin/sh\n[ "$1" != -l ] || { . "%s/lists"; exit; }\nrow() { printf "plain\\t%%s\\t%%s\\t\\t1\\t1\\t1\\tcomplete\\t1-1\\t1\\t1\\t0\\n" "$@"; }\n. "%s/says"\n' \
		"$T" "$T" >"$d/ended"
	# shellcheck disable=SC2016
	printf 'SHAPES := plain\n$(OUT)/mmu_gather-plain: ended; cp ended $@; chmod +x $@\n' >"$d/Makefile"
	echo "echo a; echo b; echo c" >"$T/lists"
	all='row a pass; row b pass; row c skip'
	expect 'model: all rows' 0 '^2 passed, 0 failed, 1 skipped$' says "$all"
	expect 'model: a program that ends early' 1 '^not ok 4 plain.program # ends with status 99' \
		says 'row a pass; exit 99'
	expect 'model: the scenarios after it' 1 '^not ok 3 plain.c # no result$' \
		says 'row a pass; exit 99'
	expect 'model: a program that says nothing' 1 '^not ok 1 plain.a # no result$' says 'exit 1'
	expect 'model: and ends well' 1 '^0 passed, 3 failed, 0 skipped$' says 'exit 0'
	expect 'model: rows that are lost' 1 '^not ok 3 plain.c # no result$' says 'row a pass; row b pass'
	expect 'model: a row that is cut' 1 '^not ok 3 plain.c # its row is cut$' \
		says "${all%;*}; printf 'plain\tc\tpass\t'"
	expect 'model: a row that comes twice' 1 '^not ok 2 plain.a # a second row$' says "row a pass; $all"
	expect 'model: a status without a reason' 1 '^not ok 4 plain.program # ends with status 1$' \
		says "$all; exit 1"
	expect 'model: a reason for the status' 1 '^2 passed, 1 failed, 0 skipped$' \
		says 'row a pass; row b pass; row c fail; exit 1'
	# shellcheck disable=SC2016
	expect 'model: a run that is killed' 1 '^not ok 4 plain.program # was not run to its end: status 137$' \
		says "$all; kill -9 \$PPID"
	echo whole >"$BUILD/results/model.tsv"
	expect 'model: one scenario' 0 '^1 passed, 0 failed, 0 skipped$' says 'row a pass' plain.a
	expect 'model: has a table of its own' 0 '^whole$' cat "$BUILD/results/model.tsv"
	expect 'model: which has it' 0 '^model	plain.a	pass	' cat "$BUILD/results/model-part.tsv"
	expect 'model: one scenario without a row' 1 '^not ok 1 plain.a # no result$' says 'exit 1' plain.a
	expect 'model: an unknown scenario' 2 "unknown scenario 'plain.d': plain has a b c" says '' plain.d
	counted_model
	echo 'exit 1' >"$T/lists"
	expect 'model: a program that lists nothing' 1 'the program of plain does not list' says "$all"
	expect 'model: leaves no old table' 1 '' test -e "$BUILD/results/model-part.tsv"
}

# What its pending.c counts, of gathers in flight.
counted_model() {
	# shellcheck disable=SC2016
	printf 'SHAPES := plain slots-4\n$(OUT)/mmu_gather-%%: ended; cp ended $@; chmod +x $@\n' >"$d/Makefile"
	echo "echo pack; echo sizes-4" >"$T/lists"
	counted='counted() { printf "slots-4\\t%s\\t%s\\t%s\\t%s\\t7.0\\t0.0\\t1.25\\t0.00\\t6.0\\t100.0\\t1.00\\t36\\t1\\n" "$@"; }; counted pack pass "" 0'
	rows="$counted; counted sizes-4 pass '' 4"
	expect 'model: gathers in flight' 0 '^ok 2 slots-4.sizes-4 # 7.0% meet, 0.0% of them falsely; 1.25 atomics' \
		says "$rows" slots-4
	expect 'model: their results' 0 '^model	slots-4.sizes-4	pass	$' cat "$BUILD/results/model-part.tsv"
	expect 'model: their table' 0 '^slots-4	sizes-4	pass		4	7.0	' cat "$BUILD/results/pending-part.tsv"
	expect 'model: its columns' 0 '^#scheme	load	result	reason	in_flight	' cat "$BUILD/results/pending-part.tsv"
	expect 'model: a check is none of them' 1 '' grep pack "$BUILD/results/pending-part.tsv"
	expect 'model: and in short' 0 '^# slots-4 +36 +1 +7% 1.25$' says "$rows" slots-4
	expect 'model: gathers that meet' 1 '^not ok 2 slots-4.sizes-4 # they meet; 7.0% meet' \
		says "$counted; counted sizes-4 fail 'they meet' 4; exit 1" slots-4
	expect 'model: a count that is cut' 1 '^not ok 2 slots-4.sizes-4 # its row is cut$' \
		says "$counted; printf 'slots-4\tsizes-4\tpass\t\t4\n'" slots-4
	echo "echo a; echo b; echo c" >"$T/lists"
	expect 'model: nothing counted' 0 '^1 passed' says 'row a pass' plain.a
	expect 'model: leaves no old count' 1 '' test -e "$BUILD/results/pending-part.tsv"
}

expect 'model: no such tree' 1 'has no include/linux/tlb_pending.h' "$TOP/tools/test/model.sh" "$T"
expect 'model: SEED' 2 "STATES, RUNS and SEED are numbers, not 'x'" \
	env SEED=x "$TOP/tools/test/model.sh" "$T"
copy
mkdir -p "$BUILD/results"
ended_model
exit "$failed"

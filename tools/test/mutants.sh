#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Usage: tools/test/mutants.sh [-q] [CONFIG]
#
# Break the kernel on purpose and see that the tests notice: apply each patch below
# mutants/ (gather/, callsite/, arch/ARCH/, by what it breaks) to the series, in a
# source tree of its own, build it, and run the detectors that the patch names. A
# detector has caught a mutant when it fails with it and passes without it, in the same
# run: the series is booted before the mutants and once more after them. Prints a line
# for each and "N mutants, N caught"; the table is build/results/mutants.tsv (mutant,
# detector, caught|survived|crash|error, what). While it grows it is mutants.tsv.new.
# Fails when one was not caught by a detector that it names, or when a detector caught
# nothing at all.
#   -q       only what the user-space model catches: no kernel is built
#   CONFIG   boot this one (x86_64), and leave out detectors of other ones
#
# The head of a patch has the lines
#   Subject:    what the mutant does
#   Rule:       the rule that it breaks
#   Detectors:  DETECTOR[@CONFIG][:DETAIL]..., parted by blanks
#     model[:[SHAPE.]SCENARIO]  tools/model
#     kunit[:SUITE.CASE]        the KUnit suites of the debug kernel
#     selftest:PROGRAM[/TEST]   a program of tools/test/selftests; TEST alone
#                               when it begins with the program's name
#     checker[:PROGRAM[/TEST]]  the kernel's debt checker, while that program or test of it
#                               runs; if none is named, at any time from boot on
#     crash[:PROGRAM[/TEST]]    the kernel dies there: where nothing else can show it
# and it may have
#   Like:       the name of a mutant that breaks the same, at another place
#
# Environment:
#   ONLY   parts of ROOM/NAME, comma separated: those mutants only
#   KEEP   not empty: go on after a run that was interrupted. The series is booted anew,
#          before and after; a mutant is not, and judged by the console of its earlier
#          boot, if base, series, its patch, tools/, compiler and QEMU are the same, and
#          that boot gave neither a crash nor an error
set -eu
. "$(dirname "$0")/../lib.sh"
quick=
[ "${1:-}" != -q ] || { quick=1; shift; }
[ $# -le 1 ] || usage
for config; do
	known "$config"
done
given=${1:-}
MUTANTS=$(absolute "${MUTANTS:-$TOP/mutants}")

name=mutants
[ -z "${ONLY:-}$given" ] || name=mutants-part
[ -z "$quick" ] || name=mutants-quick${ONLY:+-part}
lock
results=$BUILD/results
mkdir -p "$results" "$BUILD/log"
rm -f "$results/$name.tsv"
rows=$results/$name.tsv.new
tmp=$(mktemp -d "$results/.$name.XXXXXX")
trap 'rm -rf "$tmp"' EXIT
OG_WHY=${OG_WHY:-$tmp/why}
export OG_WHY

# field PATCH NAME: one line of its head.
field() {
	sed -n -e '/^diff /q' -e "s/^$2: *//p" "$1" | sed 1q
}

# file_of NAME: its patch, in whatever room it is.
file_of() {
	find "$MUTANTS" -name "$1.patch"
}

# wanted ROOM/NAME: does ONLY name it?
wanted() {
	[ -n "${ONLY:-}" ] || return 0
	for part in $(echo "$ONLY" | tr ',' ' '); do
		case $1 in
		*"$part"*) return 0 ;;
		esac
	done
	return 1
}

# one_plan NAME WORD: "NAME WORD DETECTOR CONFIG DETAIL" of one detector, if it runs here.
one_plan() {
	kind=${2%%:*} detail=
	[ "$kind" = "$2" ] || detail=${2#*:}
	where=${kind#*@}
	[ "$where" != "$kind" ] || where=
	kind=${kind%%@*}
	case $kind:$detail in
	model:* | kunit:* | selftest:?* | checker:* | crash:*) ;;
	*) die "mutant $1: no detector '$2': it is model, kunit, selftest:PROGRAM, checker or crash" ;;
	esac
	[ -z "$where" ] || (known "$where") || exit 2
	if [ "$kind" = model ]; then
		where=-
	elif [ -n "$quick" ] || { [ -n "$given" ] && [ -n "$where" ] && [ "$where" != "$given" ]; }; then
		return
	fi
	case $kind:$detail in
	selftest:*/* | checker:*/* | crash:*/*) ;;
	selftest:*.* | checker:*.* | crash:*.*) detail=${detail%%.*}/$detail ;;
	esac
	# No cell is empty: a shell's read takes two tabs for one.
	printf '%s\t%s\t%s\t%s\t%s\n' "$1" "$2" "$kind" "${where:-${given:-x86_64}}" "${detail:--}"
}

plan() {
	find "$MUTANTS" -name '*.patch' 2>/dev/null | sed 's/\.patch$//' | sort >"$tmp/all"
	[ -s "$tmp/all" ] || die "no mutants in $MUTANTS"
	twice=$(sed 's|.*/||' "$tmp/all" | sort | uniq -d | sed 1q)
	[ -z "$twice" ] || die "two mutants are called $twice"
	while read -r p; do
		m=${p##*/}
		for f in Subject Rule Detectors; do
			[ -n "$(field "$p.patch" $f)" ] || die "mutant $m has no line '$f:' above its diff"
		done
		like=$(field "$p.patch" Like)
		[ -z "$like" ] || [ -n "$(file_of "$like")" ] ||
			die "mutant $m is like '$like', which is none of them"
		wanted "${p#"$MUTANTS"/}" || continue
		for word in $(field "$p.patch" Detectors); do
			one_plan "$m" "$word"
		done
	done <"$tmp/all"
}
plan >"$tmp/plan"
[ -s "$tmp/plan" ] || die "no mutant for this: ONLY='${ONLY:-}' CONFIG='$given'"

: >"$rows"
# row MUTANT WORD VERDICT WHAT
row() {
	printf '%s\t%s\t%s\t%s\n' "$1" "$2" "$3" "$4" >>"$rows"
	printf '%-8s %s by %s%s\n' "$3" "$1" "$2" "${4:+: $4}"
}

# try COMMAND...: run it; one that a signal ended ends this script as well.
try() {
	echo 'see the log' >"$OG_WHY"
	rc=0
	"$@" || rc=$?
	case $rc in
	129 | 130 | 143) exit $rc ;;
	esac
	return $rc
}

# words DETECTOR...: what og.run= gets of these lines of the plan, tests by name.
words() {
	awk -F '\t' -v all="$(selftests | tr '\n' ' ')" '
		$3 != "selftest" && $3 != "checker" && $3 != "crash" { next }
		$5 == "-" { n = split(all, a, " "); for (i = 1; i <= n; i++) whole[a[i]] = 1; next }
		{
			p = $5; sub(/\/.*/, "", p)
			if (!(p in seen)) { seen[p] = 1; order[++k] = p }
			if ($5 == p) whole[p] = 1
			else if (!(($5) in had)) { had[$5] = 1; t = $5; sub(/^[^\/]*\//, "", t); tests[p] = tests[p] ",-r," t }
		}
		END {
			for (p in whole) if (!(p in seen)) order[++k] = p
			for (i = 1; i <= k; i++)
				printf("%s%s%s", i > 1 ? "+" : "", order[i], order[i] in whole ? "" : tests[order[i]])
		}'
}

# read_console CONFIG NAME: its results in $tmp/NAME.
read_console() {
	awk -f "$TOP/tools/test/ktap.awk" -v suites="$(suites "$1")" -v programs=0 \
		"$BUILD/log/console-mutant-$2" >"$tmp/$2"
}

# boot CONFIG NAME WORDS: the results of a guest in $tmp/NAME, its console in
# the log. That it splats is no matter here: the detectors say what is.
boot() {
	console=$BUILD/log/console-mutant-$2
	image=$(sed -n 1p "$tmp/image") initramfs=$(sed -n 2p "$tmp/image")
	rm -f "$console.key"
	: >"$console"
	say "guest $1: booting $2"
	env THREAD="$(cfg "$1" thread)" MEMORY="$(cfg "$1" memory)" HANG="${HANG:-120}" LIMIT="${LIMIT:-900}" \
		"$TOP/tools/base/boot.sh" "$1" "$image" "$initramfs" "$console" \
		hugepages=8 ${3:+"og.run=$3"} 2>"$tmp/boot" || {
		rc=$?
		case $rc in
		129 | 130 | 143) exit $rc ;;
		esac
	}
	read_console "$1" "$2"
}

# build CONFIG [PATCH]: image and initramfs, in $tmp/image.
build() {
	MUTANT=${2:-} try "$TOP/tools/base/kernel.sh" "$1" mutants >"$tmp/image" &&
		try "$TOP/tools/base/guest.sh" "$1" "$BUILD/mutants/src" >>"$tmp/image"
}

# during CONSOLE PROGRAM[/TEST]: the part of it in which that ran, of TEST up to the
# next one; all programs, if none is named.
during() {
	tr -d '\r' <"$BUILD/log/console-mutant-$1" | awk -v detail="$2" '
		BEGIN {
			program = test = detail
			sub(/\/.*/, "", program)
			if (!sub(/^[^\/]*\//, "", test))
				test = ""
		}
		/^og: start / { within = program == "" || $3 == program; on = within && test == "" }
		within && test != "" && /^#  RUN / { on = $3 == test }
		on
		/^og: exit / && program != "" { within = on = 0 }'
}

OWES='TLB flush missed: .*'
DIES='Kernel panic - not syncing.*|kernel BUG at .*|Oops[ :].*|Internal error: .*|Unable to handle .*'

# first REGEX: the first of standard input that it matches.
first() {
	grep -aoE "$1" | sed 1q
}

# died NAME [DETAIL]: what the kernel died of, if it did, in a console or there.
died() {
	grep -qa 'og: done' "$BUILD/log/console-mutant-$1" || during_or_all "$@" | first "$DIES"
}

during_or_all() {
	if [ $# -gt 1 ]; then
		during "$1" "$2"
	else
		tr -d '\r' <"$BUILD/log/console-mutant-$1"
	fi
}

# verdict CONFIG MUTANT KIND DETAIL BASE: "VERDICT WHAT" of one detector, BASE being
# the boot of the series to hold it against.
verdict() {
	at=$2-$1 base=$5-$1 detail=$4
	[ "$detail" != - ] || detail=
	began=
	case $3 in
	kunit) ! grep -qa '# Subtest: ' "$BUILD/log/console-mutant-$at" || began=1 ;;
	selftest) ! grep -qa "og: start ${detail%%/*}" "$BUILD/log/console-mutant-$at" || began=1 ;;
	checker | crash)
		"$3" "$1"
		return
		;;
	esac
	awk -f "$TOP/tools/test/mutant.awk" -v detector="$3" -v detail="$detail" \
		-v suites="$(suites "$1")" -v began="$began" -v died="$(died "$at")" \
		"$tmp/$base" "$tmp/$at"
}

# say_verdict VERDICT WHAT
say_verdict() {
	printf '%s\t%s\n' "$1" "$2"
}

# can_run: has the series, in $base, a case that passes of what $detail names?
can_run() {
	awk -F '\t' -v d="$detail" '
		BEGIN { p = d; sub(/\/.*/, "", p); t = d; if (!sub(/^[^\/]*\//, "", t)) t = "" }
		$3 == "pass" && (d == "" || $1 == p && (t == "" || $2 == t)) { n++ }
		END { exit !n }' "$tmp/$base"
}

# lost: how many debts the checker of $at never looked at.
lost() {
	tr -d '\r' <"$BUILD/log/console-mutant-$at" | sed -n 's/^debt lost \([1-9][0-9]*\)$/\1/p'
}

# checker CONFIG: a warning of a debt in $at, where the series in $base has none.
checker() {
	if ! grep -q '^CONFIG_TLB_DEBT=y' "$BUILD/mutants/obj/$(cfg "$1" kernel)/.config"; then
		say_verdict error 'this kernel has no debt checker'
		return
	fi
	before=$(during_or_all "$base" | first "$OWES")
	owes=$(during_or_all "$at" ${detail:+"$detail"} | first "$OWES")
	if [ -n "$before" ]; then
		say_verdict error "warns without the mutant: $before"
	elif ! can_run; then
		say_verdict error "${detail:-the tests} did not pass without the mutant, or did not run"
	elif [ -n "$owes" ]; then
		say_verdict caught "$owes"
	elif [ -z "$(during "$at" "$detail")" ]; then
		say_verdict error "the guest did not get to ${detail:-the tests}"
	elif [ -n "$(died "$at")" ]; then
		say_verdict crash "$(died "$at")"
	elif ! grep -qa 'og: done' "$BUILD/log/console-mutant-$at"; then
		say_verdict error 'the guest did not come to its end'
	elif [ -n "$(during_or_all "$at" | first "$OWES")" ]; then
		# It says each thing once: what it says early it does not say again.
		say_verdict error "warns, but not while $detail runs"
	elif [ -n "$(lost)" ]; then
		say_verdict error "no warning, but the checker lost $(lost) debts"
	else
		say_verdict survived ''
	fi
}

# crash CONFIG: $at ends there, by the kernel's own word.
crash() {
	if ! can_run; then
		say_verdict error "${detail:-the tests} did not pass without the mutant, or did not run"
	elif [ -n "$(died "$at" "$detail")" ]; then
		say_verdict caught "$(died "$at" "$detail")"
	elif [ -n "$(died "$at")" ]; then
		say_verdict error "dies, but not while ${detail:-a program} runs"
	elif ! grep -qa 'og: done' "$BUILD/log/console-mutant-$at"; then
		say_verdict error 'the guest did not come to its end'
	else
		say_verdict survived ''
	fi
}

# judge CONFIG MUTANT: the verdicts of $tmp/todo, after its boot; $poor if one was none.
judge() {
	poor=
	while IFS='	' read -r it word kind _ detail; do
		verdict "$1" "$2" "$kind" "$detail" base >"$tmp/verdict"
		row "$it" "$word" "$(cut -f1 "$tmp/verdict")" "$(cut -f2 "$tmp/verdict")"
		grep -qE "^(caught|survived)" "$tmp/verdict" || poor=1
	done <"$tmp/todo"
}

# judge_again CONFIG: what was caught is not, if the series now fails as well.
judge_again() {
	while IFS='	' read -r m word kind _ detail; do
		awk -F '\t' -v m="$m" -v w="$word" '$1 == m && $2 == w && $3 == "caught" { n++ }
			END { exit !n }' "$rows" || continue
		verdict "$1" "$m" "$kind" "$detail" again >"$tmp/verdict"
		[ "$(cut -f1 "$tmp/verdict")" != caught ] || continue
		awk -F '\t' -v m="$m" -v w="$word" '$1 != m || $2 != w' "$rows" >"$tmp/rows"
		cp "$tmp/rows" "$rows"
		row "$m" "$word" error "in a second boot of the series: $(cut -f2 "$tmp/verdict")"
	done <"$tmp/here"
}

# broken MUTANT: all of $tmp/todo is an error.
broken() {
	while IFS='	' read -r m word _; do
		row "$m" "$word" error "$(cat "$OG_WHY")"
	done <"$tmp/todo"
}

# made_from CONFIG MUTANT: of all that the console of its boot for $tmp/todo depends on.
made_from() {
	# shellcheck disable=SC2046
	{
		cut -d ' ' -f 2 "$tmp/base"
		cat "$(file_of "$2")" "$tmp/todo" $(series | sed "s|^|$PATCHES/|") \
			$(find "$TOP/tools" -type f | sort)
		echo "$1 ${HANG:-} ${LIMIT:-}"
		"$(cfg "$1" cross)gcc" --version
		"$(cfg "$1" qemu)" --version
	} 2>/dev/null | sha256sum | cut -c1-32
}

# kept CONFIG MUTANT: with KEEP, is the console of an earlier run what a boot would be of
# now, by $key? Then the results are in $tmp, as boot() leaves them.
kept() {
	console=$BUILD/log/console-mutant-$2-$1
	[ -n "${KEEP:-}" ] && [ -s "$console" ] &&
		[ "$(cat "$console.key" 2>/dev/null)" = "$key $(cksum <"$console")" ] || return 1
	say "guest $1: $2: the console of an earlier run"
	read_console "$1" "$2-$1"
}

# keep CONFIG MUTANT: let KEEP have this console, if it had a verdict for all.
keep() {
	[ -n "$poor" ] || echo "$key $(cksum <"$BUILD/log/console-mutant-$2-$1")" \
		>"$BUILD/log/console-mutant-$2-$1.key"
}

# kernels CONFIG: the mutants that are booted there, after the series itself.
kernels() {
	awk -F '\t' -v c="$1" '$4 == c' "$tmp/plan" >"$tmp/here"
	[ -s "$tmp/here" ] || return 0
	programs=$(words <"$tmp/here" | sed 's/,[^+]*//g')
	"$TOP/tools/base/base.sh" >"$tmp/base" || exit 1
	build "$1" || die "the unmutated series: $(cat "$OG_WHY")"
	boot "$1" "base-$1" "$programs"
	grep -qa 'og: done' "$BUILD/log/console-mutant-base-$1" ||
		die "the unmutated series does not come to its end: $(cat "$tmp/boot")"
	# What is built next takes the place of these.
	cp "$(sed -n 1p "$tmp/image")" "$tmp/image.base"
	cp "$(sed -n 2p "$tmp/image")" "$tmp/initramfs.base"
	for m in $(cut -f1 "$tmp/here" | uniq); do
		awk -F '\t' -v m="$m" '$1 == m' "$tmp/here" >"$tmp/todo"
		key=$(made_from "$1" "$m")
		if kept "$1" "$m"; then
			judge "$1" "$m"
		elif build "$1" "$(file_of "$m")"; then
			boot "$1" "$m-$1" "$(words <"$tmp/todo")"
			judge "$1" "$m"
			keep "$1" "$m"
		else
			broken "$m"
		fi
	done
	printf '%s\n' "$tmp/image.base" "$tmp/initramfs.base" >"$tmp/image"
	boot "$1" "again-$1" "$programs"
	judge_again "$1"
}

# model_tree: what is real in the model, of the series, in $model.
model_tree() {
	where=$("$TOP/tools/base/base.sh") || return 1
	model=$BUILD/mutants/model
	rm -rf "$model" "$model.git" "$model.out"
	borrow "$model.git" "${where% *}"
	# shellcheck disable=SC2046
	commit=$("$TOP/tools/base/apply.sh" "$model.git/.git" "${where#* }" \
		$(series | sed "s|^|$PATCHES/|")) || return 1
	mkdir -p "$model"
	git -C "$model.git" archive "$commit" mm include arch/x86/include arch/arm64/include \
		arch/powerpc/include arch/s390/include tools/include \
		2>"$OG_WHY" | tar -x -C "$model" 2>/dev/null ||
		die "the series lacks what the model is made of: $(sed 1q "$OG_WHY")"
}

# model_run DETAIL OUT: SHAPE.SCENARIO, SCENARIO, SHAPE. or - (all), in $tmp/OUT.
model_run() {
	case $1 in
	-) set -- "$1" "$2" '' '' ;;
	*.*) set -- "$1" "$2" "${1%%.*}" "${1#*.}" ;;
	*) set -- "$1" "$2" '' "$1" ;;
	esac
	make -C "$TOP/tools/model" -j"${JOBS:-$(nproc)}" KSRC="$model" OUT="$model.out" CC="$cc" \
		${3:+SHAPES="$3"} all >"$BUILD/log/model" 2>&1 || {
		echo "the model does not build: $(grep -m1 -E 'error|Error' "$BUILD/log/model")" >"$OG_WHY"
		return 1
	}
	make -s -C "$TOP/tools/model" KSRC="$model" OUT="$model.out" CC="$cc" ${3:+SHAPES="$3"} run \
		ARGS="${4:+-s $4}" >"$BUILD/log/model" 2>&1 || :
	awk '/^(not )?ok / {
		r = /^not/ ? "fail" : / # SKIP/ ? "skip" : "pass"
		sub(/^(not )?ok [0-9]* *(- *)?/, "")
		why = ""
		if (match($0, / *# */))
			why = substr($0, RSTART + RLENGTH)
		sub(/(^|; )[0-9]+ states, .*/, "", why)
		sub(/^SKIP */, "", why)
		gsub(/\t/, " ", why)
		print "model\t" $1 "\t" r "\t" why
	}' "$BUILD/log/model" >"$tmp/$2"
	[ -s "$tmp/$2" ] || {
		echo "the model says nothing: $(tail -n 1 "$BUILD/log/model")" >"$OG_WHY"
		return 1
	}
}

# patch_model ARGS...: git apply, in no repository but the model's own tree.
patch_model() {
	(cd "$model" && GIT_CEILING_DIRECTORIES=$BUILD/mutants git apply "$@" 2>&1) | sed 1q >"$OG_WHY"
	[ ! -s "$OG_WHY" ]
}

models() {
	awk -F '\t' '$4 == "-"' "$tmp/plan" >"$tmp/here"
	[ -s "$tmp/here" ] || return 0
	cc=gcc
	! command -v ccache >/dev/null || cc='ccache gcc'
	CCACHE_DIR=$CACHE/ccache CCACHE_BASEDIR=$BUILD
	export CCACHE_DIR CCACHE_BASEDIR
	say "model: the unmutated series"
	model_tree || die "the unmutated series: $(cat "$OG_WHY")"
	# shellcheck disable=SC2013
	for detail in $(cut -f5 "$tmp/here" | sort -u); do
		model_run "$detail" "model-base-$detail" ||
			die "the unmutated series: $(cat "$OG_WHY")"
	done
	for m in $(cut -f1 "$tmp/here" | uniq); do
		awk -F '\t' -v m="$m" '$1 == m' "$tmp/here" >"$tmp/todo"
		say "model: $m"
		patch_model "$(file_of "$m")" || { broken "$m"; continue; }
		while IFS='	' read -r m word _ _ detail; do
			model_run "$detail" model || {
				row "$m" "$word" error "$(cat "$OG_WHY")"
				continue
			}
			awk -f "$TOP/tools/test/mutant.awk" -v detector=model -v detail="${detail#-}" \
				-v began=1 "$tmp/model-base-$detail" "$tmp/model" >"$tmp/verdict"
			row "$m" "$word" "$(cut -f1 "$tmp/verdict")" "$(cut -f2 "$tmp/verdict")"
		done <"$tmp/todo"
		m=$(cut -f1 "$tmp/todo" | sed 1q)
		patch_model -R "$(file_of "$m")" || die "cannot revert $m: $(cat "$OG_WHY")"
	done
}

[ -n "$quick" ] || {
	# shellcheck disable=SC2046
	"$TOP/tools/base/need.sh" $(awk -F '\t' '$4 != "-" { print $4 }' "$tmp/plan" | sort -u) x86_64
}
models
for config in $(configs); do
	kernels "$config"
done

cut -f1 "$rows" | sort -u | while read -r m; do
	like=$(field "$(file_of "$m")" Like)
	[ -z "$like" ] || printf '%s\t%s\n' "$m" "$like"
done >"$tmp/like"
mv "$rows" "$results/$name.tsv"
say "written: $results/$name.tsv"
awk -F '\t' -v like="$tmp/like" '
	NR == FNR { named[$3] = 1; kind[$1, $2] = $3; next }
	!($1 in seen) { seen[$1] = 1; n++ }
	$3 != "caught" && !missed[$1] { missed[$1] = 1; bad++ }
	$3 == "caught" { has[kind[$1, $2]] = 1 }
	END {
		while ((getline line < like) > 0) {
			split(line, f, "\t")
			if (f[2] in seen)
				alike++
		}
		if (alike)
			print alike " of them break what another of them does, at another place"
		for (d in named)
			if (!(d in has)) { print "FAIL: the detector " d " caught nothing"; dead++ }
		printf("%d mutants, %d caught\n", n, n - bad)
		exit bad > 0 || dead > 0 || !n
	}' "$tmp/plan" "$results/$name.tsv"

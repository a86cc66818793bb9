#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Usage: tools/test/tools/kselftest.sh
#
# tools/compare/kselftest.sh: which programs build.
set -u
. "$(dirname "$0")/../expect.sh"

# kselftest PROGRAM...: these build on the series; a, b, c, d on mainline.
# shellcheck disable=SC2317
kselftest() {
	for which in mainline series; do
		d=$BUILD/$which/src/tools/testing/selftests/mm
		mkdir -p "$d"
		rm -f "$d"/*.in
		# shellcheck disable=SC2016
		printf 'all: $(addprefix $(OUTPUT)/,a b c d)\n$(OUTPUT)/%%: %%.in\n\tcp $< $@\n\tchmod +x $@\n' \
			>"$d/Makefile"
		printf 'CATEGORY="mmap" run_test ./%s\n' a b c d e >"$d/run_vmtests.sh"
	done
	for p in ${on_mainline-a b c d}; do : >"$BUILD/mainline/src/tools/testing/selftests/mm/$p.in"; done
	for p; do : >"$BUILD/series/src/tools/testing/selftests/mm/$p.in"; done
	"$T/top/tools/compare/kselftest.sh" x86_64
}

kselftests() {
	cp "$T/top/tools/compare/suite.sh" "$T/suite.sh"
	# shellcheck disable=SC2016
	stub kernel 'echo "$BUILD/$2/obj/arch/x86/boot/bzImage"'
	# shellcheck disable=SC2016
	stub suite 'echo "suite $(grep -c . "$3/list")"'
	# As in a new build directory
	rm -rf "$BUILD/log"
	expect 'kselftest: all that builds' 0 '^suite 4$' kselftest a b c d
	expect 'kselftest: what does not is named' 0 '^left out: ./e$' kselftest a b c d
	expect 'kselftest: what builds on mainline only' 1 'these build on mainline, and not on the series: b d \(log' \
		kselftest a c
	on_mainline='a b'
	expect 'kselftest: most do not build' 1 'only 2 of 5 tests that are programs build for x86_64' kselftest a b
	on_mainline=
	expect 'kselftest: none builds' 1 'no program of selftests/mm builds for x86_64' kselftest
	mv "$T/suite.sh" "$T/top/tools/compare/suite.sh"
}

copy
mkdir -p "$BUILD/series/src/tools/testing/selftests/mm"
# shellcheck disable=SC2016
printf 'CATEGORY="mmap" run_test ./a -x\nCATEGORY="thp" run_test bash ./b.sh\nCATEGORY="thp" run_test ./c ${P}\n' \
	>"$BUILD/series/src/tools/testing/selftests/mm/run_vmtests.sh"
expect 'kselftest: an unknown category' 2 "no category 'vax': it has mmap thp" \
	env CATEGORIES=vax "$T/top/tools/compare/kselftest.sh" x86_64
kselftests
exit "$failed"

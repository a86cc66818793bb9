# SPDX-License-Identifier: GPL-2.0
# Usage: awk -v names=REGEX -f tools/series/uses.awk FILE...
#        awk -v pending=1 -f tools/series/uses.awk FILE...
#
# Find uses in C, where comments, strings and conditions of the preprocessor are none.
# With names, those of the functions and macros that are called so: prints FILE:LINE
# for each line that has one, but for where they are declared and defined.
# With pending, what may change the pending state of an mm: whatever is done to
# tlb_flush_pending or tlb_pending_range but to read them by atomic_read() or
# READ_ONCE(), and the functions that do it. Prints "may FILE:LINE: CODE" where that is
# done by those who may, else "not FILE:LINE: CODE".

# strip LINE: what is code of it. A comment goes on in the next one.
function strip(s,    out, c) {
	out = ""
	while (s != "") {
		if (comment) {
			c = index(s, "*/")
			if (!c)
				return out
			comment = 0
			s = substr(s, c + 2)
			out = out " "
			continue
		}
		if (!match(s, /\/\*|\/\/|"|'/))
			return out s
		c = substr(s, RSTART, RLENGTH)
		out = out substr(s, 1, RSTART - 1)
		s = substr(s, RSTART + RLENGTH)
		if (c == "//")
			return out
		if (c == "/*") {
			comment = 1
			continue
		}
		while (s != "" && substr(s, 1, 1) != c)
			s = substr(s, substr(s, 1, 1) == "\\" ? 3 : 2)
		s = substr(s, 2)
		out = out c c
	}
	return out
}

# changes BEFORE NAME: is it used so that it may change?
function changes(before, name) {
	if (name ~ /^(init|inc|dec)_/)
		return 1
	# Not the field of an mm but its declaration, or a variable
	if (before !~ /(->|\.|mm_struct *,)[ \t]*$/)
		return 0
	return before !~ /(^|[^A-Za-z0-9_])(atomic_read|READ_ONCE)[ \t]*\([][A-Za-z0-9_>.&* \t-]*$/
}

function allowed(name) {
	if (FILENAME == "mm/mmu_gather.c")
		return 1
	if (FILENAME == "kernel/fork.c" || FILENAME == "include/linux/tlb_pending.h")
		return name ~ /^init_/ || func_ == "init_tlb_flush_pending"
	# It prints them.
	return FILENAME == "mm/debug.c" && func_ == "dump_mm"
}

FNR == 1 {
	comment = 0
	func_ = last = ""
}

{ code = strip($0) }

names != "" && code !~ /^[ \t]*#[ \t]*(if|ifdef|ifndef|elif|undef)([^a-z]|$)/ {
	sub(/^[ \t]*#[ \t]*define[ \t]+[A-Za-z0-9_]+/, "", code)
	gsub("(^|[^A-Za-z0-9_])void[ \t]+(" names ")[ \t]*\\(", "(", code)
	if (code ~ ("(^|[^A-Za-z0-9_])(" names ")([^A-Za-z0-9_]|$)"))
		print FILENAME ":" FNR
}

pending {
	# In the kernel's style only what is outside of functions begins a line.
	if (code ~ /^[A-Za-z_].*\(/) {
		func_ = code
		sub(/[ \t]*\(.*/, "", func_)
		sub(/.*[^A-Za-z0-9_]/, "", func_)
	} else if (code ~ /^}/) {
		func_ = ""
	}
	rest = code
	before = last " "
	while (match(rest, /[A-Za-z_][A-Za-z0-9_]*/)) {
		name = substr(rest, RSTART, RLENGTH)
		before = before substr(rest, 1, RSTART - 1)
		rest = substr(rest, RSTART + RLENGTH)
		if (name ~ /^((init_|inc_|dec_)?tlb_flush_pending|tlb_pending_range)$/ &&
		    changes(before, name)) {
			sub(/^[ \t]+/, "", code)
			print (allowed(name) ? "may" : "not"), FILENAME ":" FNR ": " code
			break
		}
		before = before name
	}
	if (code !~ /^[ \t]*$/)
		last = code
}

# SPDX-License-Identifier: GPL-2.0
# Read run_vmtests.sh and print what it runs by default as "NAME COMMAND ARG...",
# NAME being CATEGORY:COMMAND:ARG... without blanks. What needs a shell or more
# than one program is printed as "# left out: COMMAND".
#   -v categories="A B"   those only
#   -v have="A B"         the programs that there are; others are left out
function wanted(c) { return categories == "" || index(" " categories " ", " " c " ") }

BEGIN {
	n = split(have, a, " ")
	for (i = 1; i <= n; i++)
		built[a[i]] = 1
}
/^run_gup_matrix\(\)/ { function_body = 1 }
/^}/ { function_body = 0 }
/^if \$RUN_ALL/ || /^if \$RUN_DESTRUCTIVE/ { off = 1 }
/^else/ || /^fi/ { off = 0 }
/^[a-z_]+=\.\// {
	split($0, set, "=")
	var[set[1]] = set[2]
}
/CATEGORY="[^"]*" run_test / && !function_body && !off {
	c = $0
	sub(/^[ \t]*CATEGORY="/, "", c)
	sub(/".*/, "", c)
	cmd = $0
	sub(/.*run_test +/, "", cmd)
	for (v in var)
		gsub("\\$\\{" v "\\}", var[v], cmd)
	# An argument that was not given to the script is none.
	gsub(/ *\$\{[A-Z_]+\}/, "", cmd)
	if (!wanted(c))
		next
	prog = cmd
	sub(/ .*/, "", prog)
	sub(/^\.\//, "", prog)
	if (cmd ~ /\.sh|[$;|]/ || cmd !~ /^\.\// || (have != "" && !(prog in built))) {
		print "# left out: " cmd
		next
	}
	sub(/ +$/, "", cmd)
	name = c ":" cmd
	sub(/\.\//, "", name)
	gsub(/ +/, ":", name)
	print name, cmd
}

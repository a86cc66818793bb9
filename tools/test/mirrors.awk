# SPDX-License-Identifier: GPL-2.0
# Print the functions called -v name=NAME of a C file, without comments and with one blank
# for any white space; all of them, where there are several under #ifdef. What is read is
# kernel style: a definition begins at the start of a line, and ends with a brace there.
{
	line = ""
	rest = $0
	while (rest != "") {
		if (comment) {
			i = index(rest, "*/")
			if (!i)
				break
			rest = substr(rest, i + 2)
			comment = 0
			continue
		}
		i = index(rest, "/*")
		j = index(rest, "//")
		if (j && (!i || j < i)) {
			line = line substr(rest, 1, j - 1)
			break
		}
		if (!i) {
			line = line rest
			break
		}
		line = line substr(rest, 1, i - 1) " "
		rest = substr(rest, i + 2)
		comment = 1
	}
	sub(/[ \t]+$/, "", line)
}

# out TEXT: as it is compared.
function out(text) {
	gsub(/[ \t]+/, " ", text)
	sub(/^ /, "", text)
	if (text != "")
		print text
}

within {
	out(line)
	if (line ~ /^}/)
		within = 0
	next
}
line == "" || line ~ /^#/ { next }
line ~ /^{/ {
	if (head ~ ("(^|[^A-Za-z0-9_])" name "[ ]?\\(")) {
		out(head)
		out(line)
		within = 1
	}
	head = ""
	next
}
line ~ /^[^ \t}]/ { head = line; whole() ; next }
head != "" { head = head " " line; whole() }

# whole: a declaration ends here; so does a definition of one line.
function whole() {
	if (head ~ /;$/)
		head = ""
	else if (head ~ /}$/) {
		if (head ~ ("(^|[^A-Za-z0-9_])" name "[ ]?\\([^;{]*\\)[ ]*{"))
			out(head)
		head = ""
	}
}

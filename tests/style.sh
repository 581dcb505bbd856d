#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# The sources hold what .clang-format and .clang-tidy say, and each names its licence.
#   style.sh format ROOT    style.sh tidy ROOT BUILD    style.sh licence ROOT       exit 77: the tool is not there,
# or, for tidy, TIDY is not set: it takes longer than all other tests together
set -eu
what=$1 root=$2
cd "$root"
[ "$what" = licence ] || command -v "clang-$what" >/dev/null || exit 77
case $what in
    format) find include indexer searcher tests -name '*.[hc]pp' -exec clang-format --dry-run -Werror {} + ;;
    tidy)
        [ -n "${TIDY:-}" ] || exit 77
        find indexer searcher -name '*.cpp' -print0 | xargs -0 -P "$(nproc)" -n 4 clang-tidy -quiet -p "$3"
        ;;
    licence)  # among the first two lines, since a script begins with its interpreter
        sources=$(find run .ci include indexer searcher tests CMakeLists.txt -path tests/data -prune -o -path 'tests/cli/*/*' -prune \
            -o -type f \( -name '*.[hc]pp' -o -name '*.[ch]' -o -name '*.py' -o -name '*.sh' -o -name '*.cjs' -o -name '*.cmake' \
            -o -name '*.in' -o -name '*.timer' -o -name CMakeLists.txt -o -name run -o -path 'tests/bench/*' ! -name '*.*' \) -print)
        [ "$(echo "$sources" | wc -l)" -gt 500 ]
        without=$(for source in $sources; do
            head -n 2 "$source" | grep -q 'SPDX-License-Identifier: GPL-2.0-or-later' || echo "$source"
        done)
        [ -z "$without" ] || { printf 'no SPDX line in:\n%s\n' "$without"; exit 1; }
        ;;
esac

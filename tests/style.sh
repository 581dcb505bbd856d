#!/bin/sh
# The sources hold what .clang-format and .clang-tidy say.
#   style.sh format ROOT        style.sh tidy ROOT BUILD        exit 77: the tool is not there,
# or, for tidy, TIDY is not set: it takes longer than all other tests together
set -eu
what=$1 root=$2
command -v "clang-$what" >/dev/null || exit 77
cd "$root"
case $what in
    format) find include indexer searcher tests -name '*.[hc]pp' -exec clang-format --dry-run -Werror {} + ;;
    tidy)
        [ -n "${TIDY:-}" ] || exit 77
        find indexer searcher -name '*.cpp' -print0 | xargs -0 -P "$(nproc)" -n 4 clang-tidy -quiet -p "$3"
        ;;
esac

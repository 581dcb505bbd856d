# SPDX-License-Identifier: GPL-2.0-or-later
# Proves that the layering check finds what it is there to find: plants violations in a copy of the sources.
#
#   cmake -D ROOT=<source folder> -D TMP=<folder> -P layering_self.cmake
cmake_minimum_required(VERSION 3.25)

file(REMOVE_RECURSE ${TMP})
file(COPY ${ROOT}/include ${ROOT}/indexer ${ROOT}/searcher DESTINATION ${TMP} FILES_MATCHING PATTERN *.cpp PATTERN *.hpp)

function(check out)
  execute_process(COMMAND ${CMAKE_COMMAND} -D ROOT=${TMP} -P ${CMAKE_CURRENT_LIST_DIR}/layering.cmake
    RESULT_VARIABLE code ERROR_VARIABLE errors)
  set(${out} "${code}: ${errors}" PARENT_SCOPE)
endfunction()

# plant(<file> <include> [<what it must not do>]): writes a file of its own, the name and a number, which is to be blamed. No
# source includes it, so that what one check says of all plants is said of each by itself.
set(planted "")
function(plant file include)
  set(does reach)
  if(ARGC GREATER 2)
    set(does ${ARGV2})
  endif()
  list(LENGTH planted number)
  cmake_path(REPLACE_EXTENSION file LAST_ONLY "" OUTPUT_VARIABLE stem)
  cmake_path(GET file EXTENSION LAST_ONLY kind)
  set(name ${stem}${number}${kind})
  file(WRITE ${TMP}/${name} "#include ${include}\n")
  list(APPEND planted "${name} must not ${does}")
  set(planted "${planted}" PARENT_SCOPE)
endfunction()

check(said)
if(NOT said STREQUAL "0: ")
  message(FATAL_ERROR "the copy without a plant should pass: ${said}")
endif()

plant(include/patchseek/base/planted.hpp "<xapian.h>")
plant(include/patchseek/base/planted.hpp "<fmt/format.h>")
plant(include/patchseek/base/planted.hpp "\"run/run.hpp\"")
plant(indexer/run/planted.cpp "<boost/algorithm/string.hpp>")
plant(searcher/search/planted.cpp "<boost/program_options.hpp>")
plant(indexer/document/planted.hpp "<git2.h>")
plant(indexer/storage/planted.cpp "<openssl/evp.h>")
plant(indexer/core/store/planted.cpp "<nettle/sha2.h>")
plant(searcher/search/planted.cpp "<mimalloc.h>")
plant(indexer/storage/planted.cpp "<zstd.h>")
plant(indexer/mail/planted.cpp "<xapian.h>")
plant(indexer/storage/planted.hpp "<xapian.h>")
plant(indexer/archive/planted.cpp "<unicode/uchar.h>")
plant(searcher/query/planted.cpp " <xapian/query.h>")
plant(searcher/render/planted.cpp "<xapian.h>")
plant(searcher/compile/planted.cpp "<re2/re2.h>")
# Upwards, one floor for each.
plant(indexer/core/base/planted.cpp "\"patchseek/text/visible.hpp\"")
plant(indexer/core/text/planted.cpp "\"patchseek/schema/schema.hpp\"")
plant(indexer/core/schema/planted.cpp "\"patchseek/tokens/analyzer.hpp\"")
plant(include/patchseek/tokens/planted.hpp "\"patchseek/patch/anatomy.hpp\"")
plant(indexer/core/patch/planted.cpp "\"patchseek/store/record.hpp\"")
plant(indexer/core/store/planted.cpp "\"../../mail/message.hpp\"")
plant(indexer/archive/planted.cpp "\"mail/message.hpp\"")
plant(indexer/mail/planted.cpp "\"relate/fact.hpp\"")
plant(indexer/document/planted.cpp "\"storage/merge.hpp\"")
plant(indexer/storage/planted.cpp "\"run/build.hpp\"")
plant(searcher/query/planted.cpp "\"reader/hit.hpp\"")
plant(searcher/reader/planted.cpp "\"verify/proof.hpp\"")
plant(searcher/compile/planted.cpp "\"verify/proof.hpp\"")
plant(searcher/search/planted.cpp "\"render/formats.hpp\"")
# Across, and to what lies below but is none of a room's business.
plant(indexer/run/planted.cpp "\"query/parser.hpp\"")
plant(searcher/query/planted.cpp "\"document/document.hpp\"")
plant(indexer/archive/planted.cpp "\"patchseek/patch/anatomy.hpp\"")
plant(searcher/render/planted.cpp "\"query/plan.hpp\"")

# Private headers of rooms below: of a program, and of core.
file(WRITE ${TMP}/indexer/mail/private.hpp "#pragma once\n")
plant(indexer/run/planted.cpp "\"mail/private.hpp\"" include)
file(WRITE ${TMP}/indexer/core/store/private.hpp "#pragma once\n")
plant(searcher/reader/planted.cpp "\"../../indexer/core/store/private.hpp\"" include)

# By way of a header that may.
file(WRITE ${TMP}/searcher/reader/between.hpp "#include <xapian.h>\n")
plant(searcher/render/planted.cpp "\"reader/between.hpp\"")

check(said)
foreach(blame IN LISTS planted)
  string(FIND "${said}" "layering: ${blame}" at)
  if(at LESS 0)
    message(SEND_ERROR "the check did not say that ${blame}: ${said}")
  endif()
endforeach()

# A rule about a room that is gone.
file(REMOVE_RECURSE ${TMP}/searcher/render)
check(said)
if(NOT said MATCHES "no sources in searcher/render")
  message(SEND_ERROR "a rule about a missing folder passed: ${said}")
endif()

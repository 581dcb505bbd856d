# SPDX-License-Identifier: GPL-2.0-or-later
# Proves that the layering check finds what it is there to find: plants violations in a copy of the sources, one at a time.
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

# plant(<file> <include> [<what it must not do>]): the check fails and blames the file.
function(plant file include)
  set(does reach)
  if(ARGC GREATER 2)
    set(does ${ARGV2})
  endif()
  file(WRITE ${TMP}/${file} "#include ${include}\n")
  check(said)
  file(REMOVE ${TMP}/${file})
  string(FIND "${said}" "layering: ${file} must not ${does}" at)
  if(at LESS 0)
    message(SEND_ERROR "planted ${include} in ${file}, and the check did not blame ${file}: ${said}")
  endif()
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
file(REMOVE ${TMP}/indexer/mail/private.hpp)
file(WRITE ${TMP}/indexer/core/store/private.hpp "#pragma once\n")
plant(searcher/reader/planted.cpp "\"../../indexer/core/store/private.hpp\"" include)
file(REMOVE ${TMP}/indexer/core/store/private.hpp)

# By way of a header that may.
file(WRITE ${TMP}/searcher/reader/between.hpp "#include <xapian.h>\n")
plant(searcher/render/planted.cpp "\"reader/between.hpp\"")
file(REMOVE ${TMP}/searcher/reader/between.hpp)

# A rule about a room that is gone.
file(REMOVE_RECURSE ${TMP}/searcher/render)
check(said)
if(NOT said MATCHES "no sources in searcher/render")
  message(SEND_ERROR "a rule about a missing folder passed: ${said}")
endif()

# SPDX-License-Identifier: GPL-2.0-or-later
# Runs one golden case: every line of CASE/cmd, by the shell, and compares what comes out with CASE/expected.
#
#   cmake -D CASE=<folder> -D PROGRAMS=<folders joined by ':'> -D CORPUS=<folder> -D INDEX=<folder> -D TMP=<folder>
#         -D SOURCE=<folder> -D BUILD=<folder> -P run.cmake
#
# A line is a command as a user types it, of `patchseek`, `patchseek-index` or anything else, pipes included; blank lines
# and lines that begin with '#' are left out. $CORPUS is the folder of archives, $INDEX an index of it that no case may
# change, $TMP an empty folder of the case's own, in which it runs. CASE/stdin, if there is one, is the standard input.
# In `expected` each line stands behind "$ ", followed by stdout and stderr together and the exit code. Folders, times and
# sizes of databases are replaced by names, since they differ from machine to machine. UPDATE_GOLDEN=1 in the environment
# rewrites `expected`: the difference is to be reviewed like code.
cmake_minimum_required(VERSION 3.25)

file(REMOVE_RECURSE ${TMP})
file(MAKE_DIRECTORY ${TMP})
set(stdin /dev/null)
if(EXISTS ${CASE}/stdin)
  set(stdin ${CASE}/stdin)
endif()

set(ENV{PATH} "${PROGRAMS}:$ENV{PATH}")
set(ENV{CORPUS} ${CORPUS})
set(ENV{INDEX} ${INDEX})
set(ENV{TMP} ${TMP})
set(ENV{HOME} ${TMP})
set(ENV{LC_ALL} C.UTF-8)
set(ENV{TZ} UTC)
set(ENV{TERM} dumb)
foreach(name PATCHSEEK_CONFIG PATCHSEEK_DB XDG_DATA_HOME XDG_CONFIG_HOME XDG_STATE_HOME PAGER NO_COLOR)
  unset(ENV{${name}})
endforeach()

function(normalise text out)
  foreach(name TMP INDEX CORPUS BUILD SOURCE)
    # As a path of its own, not as the end of another: a checkout may lie in /patchseek.
    string(REGEX REPLACE "([][+.*()^$?|\\])" "\\\\\\1" path "${${name}}")
    string(REGEX REPLACE "(^|[^A-Za-z0-9_./-])${path}" "\\1$${name}" text "${text}")
  endforeach()
  string(REGEX REPLACE "in [0-9.]+ s\n" "in N s\n" text "${text}")
  string(REGEX REPLACE "(size +)[0-9.]+ MB" "\\1N MB" text "${text}")
  string(REGEX REPLACE "(\"bytes\":)[0-9]+" "\\1N" text "${text}")
  string(REGEX REPLACE "(updated\"?:? *\"?)[0-9-]+T[0-9:]+Z" "\\1NOW" text "${text}")
  set(${out} "${text}" PARENT_SCOPE)
endfunction()

# Line by line by hand: a CMake list would break at the brackets and semicolons of queries.
file(READ ${CASE}/cmd rest)
set(got "")
while(NOT rest STREQUAL "")
  string(FIND "${rest}\n" "\n" end)
  string(SUBSTRING "${rest}" 0 ${end} line)
  math(EXPR end "${end} + 1")
  string(SUBSTRING "${rest}\n" ${end} -1 rest)
  string(REGEX REPLACE "\n$" "" rest "${rest}")
  if(line MATCHES "^(#|$)")
    continue()
  endif()
  execute_process(COMMAND sh -c "${line}" WORKING_DIRECTORY ${TMP} INPUT_FILE ${stdin} TIMEOUT 60
    OUTPUT_VARIABLE out ERROR_VARIABLE out RESULT_VARIABLE code)
  normalise("${out}" out)
  string(APPEND got "$ ${line}\n${out}exit ${code}\n")
endwhile()
if(got STREQUAL "")
  message(FATAL_ERROR "${CASE}/cmd holds no command")
endif()

if(DEFINED ENV{UPDATE_GOLDEN})
  file(WRITE ${CASE}/expected "${got}")
  return()
endif()
file(WRITE ${TMP}.got "${got}")
execute_process(COMMAND diff -u ${CASE}/expected ${TMP}.got RESULT_VARIABLE different)
if(different)
  message(FATAL_ERROR "${CASE}: not what is expected ('-'); UPDATE_GOLDEN=1 accepts it")
endif()

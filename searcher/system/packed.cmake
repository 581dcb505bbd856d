# SPDX-License-Identifier: GPL-2.0-or-later
# Run by CPack on what it is to pack. The package's programs stand elsewhere than those that `cmake --install` installs:
# the unit names them by their whole path.
file(GLOB_RECURSE units ${CPACK_TEMPORARY_INSTALL_DIRECTORY}/*/patchseek-update.service)
foreach(unit IN LISTS units)
  file(READ ${unit} text)
  string(REGEX REPLACE "ExecStart=[^ ]*/" "ExecStart=${CPACK_PACKAGING_INSTALL_PREFIX}/bin/" text "${text}")
  file(WRITE ${unit} "${text}")
endforeach()
# With SOURCE_DATE_EPOCH, two packages of one source are the same bytes.
if(DEFINED ENV{SOURCE_DATE_EPOCH})
  execute_process(COMMAND find ${CPACK_TEMPORARY_INSTALL_DIRECTORY} -exec touch -h -d "@$ENV{SOURCE_DATE_EPOCH}" {} +
    COMMAND_ERROR_IS_FATAL ANY)
endif()
# Whatever the umask of whoever builds it.
execute_process(COMMAND chmod -R u+rwX,go+rX,go-w ${CPACK_TEMPORARY_INSTALL_DIRECTORY} COMMAND_ERROR_IS_FATAL ANY)

# SPDX-License-Identifier: GPL-2.0-or-later
# What is installed around the programs, and the Debian package: man pages and completions that the programs write
# themselves, units for systemd, documents. `cmake --install build`, or `cpack --config build/CPackConfig.cmake`, of a
# build of type Release. Included by the CMakeLists.txt at the top.
set(system ${CMAKE_CURRENT_LIST_DIR})
set(made ${CMAKE_BINARY_DIR}/system)
file(MAKE_DIRECTORY ${made})
find_program(GZIP gzip REQUIRED)

# patchseek_made(<program> <what --generate is asked for> <file> <folder it is installed to>)
function(patchseek_made program what file folder)
  set(to ">")
  if(file MATCHES "\\.gz$")
    set(to | ${GZIP} -9n >)
  endif()
  add_custom_command(OUTPUT ${made}/${file} COMMAND ${program} --generate ${what} ${to} ${made}/${file} DEPENDS ${program} VERBATIM)
  set_property(GLOBAL APPEND PROPERTY patchseek_made ${made}/${file})
  install(FILES ${made}/${file} DESTINATION ${folder})
endfunction()
patchseek_made(patchseek man patchseek.1.gz ${CMAKE_INSTALL_MANDIR}/man1)
patchseek_made(patchseek-index man patchseek-index.1.gz ${CMAKE_INSTALL_MANDIR}/man1)
patchseek_made(patchseek man-config patchseek-config.5.gz ${CMAKE_INSTALL_MANDIR}/man5)
patchseek_made(patchseek man-json patchseek-json.5.gz ${CMAKE_INSTALL_MANDIR}/man5)
patchseek_made(patchseek man-query patchseek-query.7.gz ${CMAKE_INSTALL_MANDIR}/man7)
foreach(program patchseek patchseek-index)
  patchseek_made(${program} bash ${program} ${CMAKE_INSTALL_DATADIR}/bash-completion/completions)
  patchseek_made(${program} zsh _${program} ${CMAKE_INSTALL_DATADIR}/zsh/vendor-completions)
  patchseek_made(${program} fish ${program}.fish ${CMAKE_INSTALL_DATADIR}/fish/vendor_completions.d)
endforeach()

# The timer of the user. systemd looks into lib/systemd wherever libraries are.
configure_file(${system}/patchseek-update.service.in ${made}/patchseek-update.service @ONLY)
install(FILES ${made}/patchseek-update.service ${system}/patchseek-update.timer DESTINATION lib/systemd/user)

add_custom_command(OUTPUT ${made}/changelog.gz COMMAND ${GZIP} -9nc ${system}/changelog > ${made}/changelog.gz
  DEPENDS ${system}/changelog VERBATIM)
get_property(files GLOBAL PROPERTY patchseek_made)
add_custom_target(patchseek_system ALL DEPENDS ${files} ${made}/changelog.gz)
install(FILES ${system}/copyright ${made}/changelog.gz ${PROJECT_SOURCE_DIR}/README.md ${PROJECT_SOURCE_DIR}/NEWS.md
  ${system}/RECIPES.md DESTINATION ${CMAKE_INSTALL_DOCDIR})

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME patchseek)
set(CPACK_PACKAGE_VERSION ${PROJECT_VERSION})
set(CPACK_PACKAGE_CONTACT "patchseek developers <patchseek@example.org>" CACHE STRING "Maintainer of the package")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "search engine for patches on mailing lists")
set(CPACK_DEBIAN_PACKAGE_DESCRIPTION
"patchseek indexes archives of mailing lists (public-inbox, mbox, maildir) and
answers which patches touch a file, add a line, fix a commit, wait for review
or were applied, which version of a series is the newest and what changed in
it. It answers people at a terminal, scripts as JSON, and agents by the Model
Context Protocol.")
set(CPACK_DEBIAN_PACKAGE_SECTION mail)
set(CPACK_DEBIAN_PACKAGE_PRIORITY optional)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_RECOMMENDS less)
set(CPACK_DEBIAN_PACKAGE_SUGGESTS git)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_STRIP_FILES ON)
# Files have the time of the version, not of whoever builds it: SOURCE_DATE_EPOCH, which CPack obeys for the rest.
set(CPACK_PRE_BUILD_SCRIPTS ${system}/packed.cmake)
include(CPack)

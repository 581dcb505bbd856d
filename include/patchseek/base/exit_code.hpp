// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "patchseek/base/result.hpp"

namespace patchseek {

/// The exit codes of both programs: grep's rule (0 found, 1 not found, above 1 an
/// error) with the errors numbered as in sysexits.h. A signal ends a program with
/// 128 + its number.
enum ExitCode : int {
    kExitOk = 0,            ///< found, or done
    kExitNoMatch = 1,       ///< nothing found
    kExitPartial = 3,       ///< an answer that is not whole
    kExitUsage = 64,        ///< bad option or query
    kExitData = 65,         ///< damaged data, another schema
    kExitNoInput = 66,      ///< no such index, archive, message or commit
    kExitUnavailable = 69,  ///< of several indexes none can be read; or the only one does not answer
    kExitInternal = 70,
    kExitOs = 71,
    kExitCannotCreate = 73,
    kExitIo = 74,
    kExitBusy = 75,
    kExitPermission = 77,
    kExitReaderGone = 128 + 13,  ///< nobody reads the output any more: as if by SIGPIPE
};

constexpr ExitCode exit_code(ErrorKind kind) noexcept {
    switch (kind) {
        case ErrorKind::usage: return kExitUsage;
        case ErrorKind::data: return kExitData;
        case ErrorKind::no_input: return kExitNoInput;
        case ErrorKind::internal: return kExitInternal;
        case ErrorKind::resources: return kExitOs;
        case ErrorKind::cannot_create: return kExitCannotCreate;
        case ErrorKind::io: return kExitIo;
        case ErrorKind::busy: return kExitBusy;
        case ErrorKind::permission: return kExitPermission;
    }
    return kExitInternal;
}

}  // namespace patchseek

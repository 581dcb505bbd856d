// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace patchseek::search {

/// Does `count` pieces of work at the same time: the first here, each other one in a copy of this process, since
/// Xapian's handles serve one thread. What a piece returns comes back as bytes, in the order of the pieces; what else
/// it changes is lost with its copy. Throws what the first piece throws. Nothing if a copy could not be made or did not
/// come to its end: then do the work here. A copy dies with this process, however stopped it is.
///
/// `given_up` is asked while copies are waited for: once it is true they have a quarter of a second more, all together;
/// then what has not ended is killed, and its piece is no bytes.
std::optional<std::vector<std::string>> in_processes(std::size_t count,
                                                     const std::function<std::string(std::size_t)>& work,
                                                     const std::function<bool()>& given_up = nullptr);

}  // namespace patchseek::search

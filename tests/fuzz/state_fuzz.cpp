// SPDX-License-Identifier: GPL-2.0-or-later
// The state that an index hands back to the archive room: bytes that may be damaged. What is read from them can be
// written again, and nothing is read from bytes that were not written so; the identity of a message takes any bytes.
#include "archive/git_inbox.hpp"
#include "archive/state.hpp"
#include "demand.hpp"

namespace archive = patchseek::archive;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto bytes = as_text(data, size);
    (void)archive::message_identity(bytes);
    const archive::ArchiveState plain(bytes);
    // Behind the version line mutation gets further.
    const std::string version =
        archive::write_state({}).substr(0, archive::write_state({}).size() - sizeof(std::uint64_t));
    for (const std::string& text : {std::string(bytes), version + std::string(bytes)}) {
        const archive::ArchiveState state(text);
        if (state.sources().empty()) continue;
        const std::string again = archive::write_state(state.sources());
        demand(again.size() <= text.size());
        demand(archive::write_state(archive::ArchiveState(again).sources()) == again);
        for (const archive::SourceState& source : state.sources())
            demand(state.find(source.key) && state.find(source.key)->key == source.key);
    }
    return 0;
}

// The state that an index hands back to the archive room: bytes that may be damaged. What is read from them can be
// written again, and nothing is read from bytes that were not written so; the identity of a message takes any bytes.
#include "archive/git_inbox.hpp"
#include "archive/state.hpp"
#include "demand.hpp"

namespace archive = patchseek::archive;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto bytes = as_text(data, size);
    (void)archive::message_identity(bytes);
    const archive::State plain(bytes);
    // Behind the version line mutation gets further.
    const std::string version =
        archive::write_state({}).substr(0, archive::write_state({}).size() - sizeof(std::uint64_t));
    for (const std::string& text : {std::string(bytes), version + std::string(bytes)}) {
        const archive::State state(text);
        if (state.rows().empty()) continue;
        const std::string again = archive::write_state(state.rows());
        demand(again.size() <= text.size());
        demand(archive::write_state(archive::State(again).rows()) == again);
        for (const archive::Row& row : state.rows()) demand(state.find(row.key) && state.find(row.key)->key == row.key);
    }
    return 0;
}

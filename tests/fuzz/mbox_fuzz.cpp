// SPDX-License-Identifier: GPL-2.0-or-later
// Splitting an mbox: the spans follow one another from the first byte to the last, do not depend on how the bytes are
// fed, no message grows when its frame is taken off, and what is said to be settled at some length is so at the full
// length.
#include <algorithm>
#include <string>
#include <vector>

#include "archive/mbox.hpp"
#include "demand.hpp"

namespace archive = patchseek::archive;

namespace {

std::vector<archive::Span> split(std::string_view mbox, std::size_t piece) {
    archive::MboxSplitter splitter;
    for (std::size_t pos = 0; pos < mbox.size(); pos += piece) splitter.feed(mbox.substr(pos, piece));
    return splitter.finish();
}

// The file as it was when it had half its length: what open_from() calls settled is what a scan of the whole finds.
void demand_settled(std::string_view mbox, const std::vector<archive::Span>& spans) {
    archive::MboxSplitter splitter;
    splitter.feed(mbox.substr(0, mbox.size() / 2));
    const auto before = splitter.finish();
    for (std::size_t i = 0; i < before.size() && before[i].offset < splitter.open_from(); ++i)
        demand(spans[i] == before[i]);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto mbox = as_text(data, size);
    const auto spans = split(mbox, std::max<std::size_t>(size, 1));
    std::uint64_t end = 0;
    for (const archive::Span& span : spans) {
        demand(span.offset == end && span.size > 0);
        end += span.size;
        const std::string framed(mbox.substr(span.offset, span.size));
        for (const bool quoted : {false, true}) {
            for (const bool marked : {false, true})
                demand(archive::unframe(framed, {quoted, marked}).size() <= framed.size());
        }
    }
    demand(end == size);
    // Prime, so that pieces and lines soon stand in any relation; and one that comes from the input.
    for (const std::size_t piece : {std::size_t{61}, std::size_t{4099}, size % 997 + 2})
        demand(split(mbox, piece) == spans);
    demand_settled(mbox, spans);
    // Byte by byte takes long.
    if (size < 4096) demand(split(mbox, 1) == spans);
    return 0;
}

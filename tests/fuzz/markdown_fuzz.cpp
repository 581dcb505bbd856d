// SPDX-License-Identifier: GPL-2.0-or-later
// Reading a patchwork dump: the messages lie inside the text, in order, and do not overlap; a heading is one line.
#include "archive/markdown.hpp"
#include "demand.hpp"

namespace archive = patchseek::archive;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto text = as_text(data, size);
    const auto entries = archive::read_dump(text);
    std::uint64_t end = 0;
    for (const archive::DumpEntry& entry : entries) {
        demand(entry.span.offset >= end && entry.span.size > 0);
        end = entry.span.offset + entry.span.size;
        demand(end <= size);
        demand(entry.title.find('\n') == std::string::npos && entry.from.find('\n') == std::string::npos);
    }
    demand(entries.empty() || archive::is_dump(text));
    return 0;
}

#include "formats.hpp"

namespace patchseek::render {

// The separator is git's own, so that git mailsplit tells one mail from the next. Lines
// that would look like one get a '>' more (mboxrd: those that have some too).
std::string mboxrd_entry(const reader::Hit& hit) {
    std::string_view raw = hit.text.raw;
    std::string out = "From mboxrd@z Thu Jan  1 00:00:00 1970\n";
    while (!raw.empty()) {
        const auto end = raw.find('\n');
        const auto line = raw.substr(0, end);
        const auto first = line.find_first_not_of('>');
        if (first != line.npos && line.substr(first).starts_with("From ")) out += '>';
        out.append(line) += '\n';
        raw.remove_prefix(end == raw.npos ? raw.size() : end + 1);
    }
    return out + '\n';
}

}  // namespace patchseek::render

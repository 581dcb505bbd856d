#include <algorithm>
#include <string>
#include <string_view>

#include "body.hpp"

namespace patchseek::mail {
namespace {

// Whether a diff in `text` has lines that start with just one space. Many mailers
// call a patch flowed and send it as it is; one that flows it puts a space before
// the space of each context line (RFC 3676, 4.4).
bool has_plain_hunk(std::string_view text) {
    bool in_hunk = false;
    for (std::size_t pos = 0; pos < text.size();) {
        const auto end = std::min(text.find('\n', pos), text.size());
        const auto line = text.substr(pos, end - pos);
        if (in_hunk && line.size() > 1 && line[0] == ' ' && line[1] != ' ') return true;
        in_hunk = line.starts_with("@@ -") ||
                  (in_hunk && !line.empty() && std::string_view(" +-").find(line[0]) != line.npos);
        pos = end + 1;
    }
    return false;
}

}  // namespace

std::string unflow(std::string_view text, bool delete_space) {
    std::string out;
    out.reserve(text.size());
    bool joining = false;
    std::size_t depth = 0;
    for (std::size_t pos = 0; pos < text.size();) {
        const auto end = std::min(text.find('\n', pos), text.size());
        auto line = text.substr(pos, end - pos);
        pos = end + 1;
        const std::size_t quotes = std::min(line.find_first_not_of('>'), line.size());
        auto content = line.substr(quotes);
        const bool stuffed = content.starts_with(' ');
        if (stuffed) content.remove_prefix(1);
        if (joining && quotes != depth) {
            out += '\n';
            joining = false;
        }
        if (!joining) out.append(quotes, '>').append(quotes > 0 && stuffed ? " " : "");
        depth = quotes;
        const bool signature = content == "-- ";
        joining = content.ends_with(' ') && !signature;
        if (joining && delete_space) content.remove_suffix(1);
        out += content;
        if (!joining && (end < text.size())) out += '\n';
    }
    return out;
}

std::string unflow_prose(std::string text, bool delete_space) {
    return has_plain_hunk(text) ? text : unflow(text, delete_space);
}

}  // namespace patchseek::mail

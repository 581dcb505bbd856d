#include "expansion.hpp"

#include "query/lexer.hpp"

namespace patchseek::compile {

Result<std::vector<std::string>> Expansion::terms(const std::string& head, std::size_t offset,
                                                  const std::function<bool(std::string_view)>& wanted) {
    std::vector<std::string> out;
    for (auto it = db_.allterms_begin(head); it != db_.allterms_end(head); ++it) {
        std::string term = *it;
        if (wanted && !wanted(term)) continue;
        if (++count_ > query::kMaxExpansion)
            return Error{ErrorKind::usage,
                         "'*' stands for more than " + std::to_string(query::kMaxExpansion) +
                             " words here; write more before it",
                         offset};
        out.push_back(std::move(term));
    }
    return out;
}

}  // namespace patchseek::compile

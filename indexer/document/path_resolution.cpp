#include "path_resolution.hpp"

#include <set>
#include <string_view>

#include "patchseek/patch/path_tails.hpp"

namespace patchseek::document {
namespace {

using Paths = std::set<std::string_view>;

void add_whole(Paths& paths, const store::Record& record) {
    for (const patch::FileChange& file : record.files) {
        if (file.partial) continue;
        paths.insert(file.path);
        if (!file.old.empty()) paths.insert(file.old);
    }
}

}  // namespace

std::vector<Resolved> resolve_paths(const std::vector<store::Record>& series) {
    Paths known;
    for (const store::Record& record : series) add_whole(known, record);
    const std::vector<std::string_view> all(known.begin(), known.end());
    const patch::PathTails tails(all);
    std::vector<Resolved> out;
    for (std::size_t i = 0; i < series.size(); ++i) {
        Paths own;
        add_whole(own, series[i]);
        const auto named = [&](std::size_t path) { return own.contains(all[path]); };
        const auto& files = series[i].files;
        for (std::size_t j = 0; j < files.size(); ++j) {
            if (!files[j].partial) continue;
            const auto found = tails.find(files[j].path, files[j].fragment, named);
            if (found != patch::PathTails::kNone && found != patch::PathTails::kMany)
                out.push_back({i, j, std::string(all[found])});
        }
    }
    return out;
}

}  // namespace patchseek::document

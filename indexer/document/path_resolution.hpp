#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "patchseek/store/record.hpp"

namespace patchseek::document {

/// Of which message, which of its files, and what it is called in full.
struct Resolved {
    std::size_t message, file;
    std::string path;
    friend bool operator==(const Resolved&, const Resolved&) = default;
};

/// Paths that the diffstats of some messages of one series cut short, as the others have
/// them: `.../kvm/svm.c` of a cover is the one path of the parts that ends so and that the
/// cover does not name itself. What two paths fit stays as it is.
std::vector<Resolved> resolve_paths(const std::vector<store::Record>& series);

}  // namespace patchseek::document

// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <filesystem>

#include "document/document.hpp"
#include "patchseek/store/origins.hpp"
#include "patchseek/store/text_store.hpp"

namespace patchseek::storage {

/// Makes the document of a message anew from its stored text. A shard cannot give a document back, with all its terms,
/// so whatever is to stand in another shard is made so. Serves one thread.
class Rebuilder {
public:
    explicit Rebuilder(const std::filesystem::path& index) : texts_(index) {}

    /// The document, as the first of the copies makes it: what the worker of a build made of the same mail. Throws a
    /// Failure where a text cannot be read.
    document::Indexed build(const store::Origins& origins);

    store::TextReader& texts() { return texts_; }

private:
    store::TextReader texts_;
    document::DocumentBuilder builder_;
};

}  // namespace patchseek::storage

#pragma once

#include <filesystem>
#include <memory>
#include <string_view>
#include <vector>

#include "reader/request.hpp"
#include "relations/versions.hpp"

namespace patchseek::search {

/// An open index, ready to answer. Serves one thread.
class Index {
public:
    static Result<Index> open(const std::filesystem::path& path);
    Index(Index&&) noexcept;
    Index& operator=(Index&&) noexcept;
    ~Index();

    /// An error of the query has its place as offset.
    Result<reader::Answer> search(const reader::Request& request);
    /// The messages with that id (several if contents differ), newest first, with text.
    Result<std::vector<reader::Hit>> show(std::string_view id);
    /// The versions of the series that the message with that id is of.
    Result<relations::History> history(std::string_view id);

private:
    struct Impl;
    explicit Index(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> impl_;
};

}  // namespace patchseek::search

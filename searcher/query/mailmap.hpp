// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "patchseek/base/result.hpp"
#include "patchseek/tokens/analyzer.hpp"
#include "tree.hpp"

namespace patchseek::query {

/// A name or an address, with its folded words.
struct Alias {
    std::string text;
    std::vector<std::string> words;
    bool address = false;
};

/// All that one person goes by.
using Identity = std::vector<Alias>;

/// git's .mailmap (gitmailmap(5)): lines of the four forms
///
///     Proper Name <commit@x>
///     <proper@x> <commit@x>
///     Proper Name <proper@x> <commit@x>
///     Proper Name <proper@x> Commit Name <commit@x>
///
/// A '#' begins a comment at the start of a line or behind an address. Addresses are compared
/// without case. Lines that share an address make one identity; an address that several
/// people committed with (root@localhost) is nobody's.
class Mailmap {
public:
    /// A line of no such form is an Error, kind data, that says which.
    static Result<Mailmap> parse(std::string_view text, tokens::Analyzer& analyzer);

    /// In the order of the file.
    const std::vector<Identity>& identities() const { return identities_; }

    /// Adds other names to a query: a word or phrase in a field of people, or in a trailer that ends in
    /// -by, then also finds the other names and addresses of each person whose name has it or whose
    /// address begins with it. Where that would add more than 64 names and addresses, the word is left as
    /// it is, and `notes` says so.
    void widen(Node& root, tokens::Analyzer& analyzer, std::vector<std::string>& notes) const;

private:
    std::vector<Identity> identities_;
};

}  // namespace patchseek::query

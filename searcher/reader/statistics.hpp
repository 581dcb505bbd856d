// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <xapian.h>

#include <cstdint>
#include <string>
#include <utility>

namespace patchseek::reader {

/// The numbers that scores are made of, of the messages that live: an index out of which much has died ranks as one
/// that never had it. A copy is cheap. Throws what Xapian throws.
class Statistics {
public:
    /// Of a database of which nothing is dead.
    explicit Statistics(Xapian::Database all) : all_(std::move(all)) {}
    /// `dead` are databases of documents of `all` (store/manifest.hpp).
    Statistics(Xapian::Database all, Xapian::Database dead)
        : all_(std::move(all)), dead_(std::move(dead)), has_dead_(dead_.get_doccount() > 0) {}

    const Xapian::Database& all() const { return all_; }
    std::uint64_t messages() const { return all_.get_doccount() - (has_dead_ ? dead_.get_doccount() : 0); }
    /// How many messages have a term.
    std::uint64_t frequency(const std::string& term) const {
        const auto all = all_.get_termfreq(term);
        if (!has_dead_ || all == 0) return all;
        const auto dead = dead_.get_termfreq(term);
        return all > dead ? all - dead : 0;
    }
    /// In occurrences of words; 0 if there is no message.
    double mean_length() const {
        const auto count = messages();
        const auto length = all_.get_total_length() - (has_dead_ ? dead_.get_total_length() : 0);
        return count == 0 ? 0 : static_cast<double>(length) / static_cast<double>(count);
    }

private:
    Xapian::Database all_, dead_;
    bool has_dead_ = false;
};

}  // namespace patchseek::reader

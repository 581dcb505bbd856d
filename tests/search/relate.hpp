// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <filesystem>
#include <map>
#include <string>

#include "patchseek/store/relations.hpp"

/// Writes the relations of an index's messages, named by their ids: at first each is a thread of its own.
class Relating {
public:
    explicit Relating(std::filesystem::path index);

    std::uint32_t row(const std::string& id) const { return rows_.at(id); }
    patchseek::store::Relation& operator[](const std::string& id) { return tables.rows[row(id)]; }
    void thread(const std::vector<std::string>& ids) { group(ids, &patchseek::store::Relation::thread); }
    void series(const std::vector<std::string>& ids) { group(ids, &patchseek::store::Relation::series); }
    void versions(const std::vector<std::string>& ids) { group(ids, &patchseek::store::Relation::change); }
    void credit(const std::string& reply, const std::string& patch) {
        tables.credits.push_back({row(patch), row(reply)});
    }
    void state(const std::string& id, patchseek::store::RelationState state) {
        (*this)[id].states |= static_cast<std::uint16_t>(1U << static_cast<unsigned>(state));
    }
    /// Into the index, whose manifest then names it.
    void write();

    patchseek::store::RelationTables tables;

private:
    void group(const std::vector<std::string>& ids, std::uint32_t patchseek::store::Relation::*which) {
        for (const std::string& id : ids) (*this)[id].*which = row(ids.front());
    }

    std::filesystem::path index_;
    std::map<std::string, std::uint32_t> rows_;
};

// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <algorithm>
#include <map>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "patchseek/patch/subject_tag.hpp"
#include "relate/relate.hpp"

/// A mail as a test writes it, and what relate() finds among some.
namespace patchseek::relate {

struct Mail {
    std::string id, subject;  ///< `1+` is another mail with the id `1`
    std::string from = "ann";
    std::int64_t at = 0;  ///< seconds after some day; 0: undated
    std::vector<std::string> refs = {};
    std::string stem = {}, change = {}, patch = {};
    std::vector<std::string> paths = {}, shortlog = {};
    std::string trailer = {};  ///< name of one it has
    bool diff = true;          ///< where it is neither cover nor reply
    bool headerless = false;
    std::string address = {}, author = {};
    std::vector<std::string> earlier = {};
    std::vector<TakenPatch> taken = {};
    bool whole = false;
    bool dropped = false;
    bool except = false;
    bool bot = false;
};

inline Hash hash_or_none(const std::string& text) { return text.empty() ? 0 : hash_of(text); }

inline Fact fact_of(const Mail& mail) {
    const auto tag = patch::parse_subject(mail.subject);
    Fact fact;
    fact.ids = {hash_of(mail.id.substr(0, mail.id.find('+')))};
    for (const std::string& ref : mail.refs) fact.references.push_back(hash_of(ref));
    fact.content = hash_of(mail.id + "#" + mail.subject);
    fact.sender = hash_or_none(mail.from);
    fact.address = hash_or_none(mail.address);
    fact.author = hash_or_none(mail.author);
    for (const std::string& id : mail.earlier) fact.earlier.push_back(hash_of(id));
    fact.title = hash_of(tag.title);
    fact.taken = mail.taken;
    fact.whole = mail.whole;
    fact.dropped = mail.dropped;
    fact.except = mail.except;
    fact.bot = mail.bot;
    std::string tags;
    for (const std::string& one : tag.tags) tags += one + ' ';
    fact.tags = hash_or_none(tags);
    fact.stem = hash_or_none(mail.stem);
    fact.change = hash_or_none(mail.change);
    fact.patch = hash_or_none(mail.patch);
    for (const std::string& title : mail.shortlog) fact.shortlog.push_back(hash_of(title));
    for (const std::string& path : mail.paths) fact.paths.push_back(hash_of(path));
    if (mail.at != 0) fact.date = 1'600'000'000 + mail.at;
    fact.version = tag.version.value_or(0);
    fact.minor = tag.minor;
    fact.set = tag.set;
    fact.part = tag.part;
    fact.total = tag.total;
    fact.reply = tag.reply;
    fact.resend = tag.resend;
    fact.rfc = tag.rfc;
    fact.headerless = mail.headerless;
    fact.reviewed = mail.trailer == "Reviewed-by" || mail.trailer == "Acked-by";
    fact.credits = mail.trailer.ends_with("-by");
    using store::MessageKind;
    const bool cover = tag.part == 0U && tag.total && !tag.reply;
    fact.kind = cover ? MessageKind::cover : mail.diff && !tag.reply ? MessageKind::patch : MessageKind::reply;
    fact.diff = fact.kind == MessageKind::patch;
    return fact;
}

/// Groups and states by the ids of mails.
class Archive {
public:
    explicit Archive(const std::vector<Mail>& mails) {
        Facts facts;
        for (const Mail& mail : mails) {
            facts.add(encode(fact_of(mail)));
            numbers_[mail.id] = static_cast<std::uint32_t>(ids_.size());
            ids_.push_back(mail.id);
        }
        related_ = relate(facts);
    }

    const store::Relation& of(const std::string& id) const { return related_.relations.at(numbers_.at(id)); }
    /// The ids of all in the same group, sorted, a blank between; empty where it is in none.
    std::string series(const std::string& id) const { return group(id, &store::Relation::series); }
    std::string thread(const std::string& id) const { return group(id, &store::Relation::thread); }
    std::string change(const std::string& id) const { return group(id, &store::Relation::change); }
    std::string with(store::RelationState state) const {
        std::vector<std::string> out;
        for (std::size_t i = 0; i < ids_.size(); ++i)
            if (related_.relations[i].has(state)) out.push_back(ids_[i]);
        return joined(out);
    }
    std::string latest() const { return with(store::RelationState::latest); }
    std::string complete() const { return with(store::RelationState::complete); }
    std::string credits() const {
        std::vector<std::string> out;
        for (const auto& credit : related_.credits) out.push_back(name(credit.reply) + '>' + name(credit.patch));
        return joined(out);
    }
    /// "reply>patch", with "=commit" and "@tree" where they are said.
    std::string taken() const {
        std::vector<std::string> out;
        for (const auto& one : related_.taken) {
            out.push_back(name(one.reply) + '>' + name(one.patch));
            if (one.commit.digits != 0) out.back() += '=' + one.commit.hex();
        }
        return joined(out);
    }
    /// The version, part and total of a message that does not say them itself: "v2 0/3".
    std::string place(const std::string& id) const {
        for (const store::Placement& one : related_.placements)
            if (one.row == numbers_.at(id) + 1)
                return 'v' + std::to_string(one.version) + ' ' + std::to_string(one.part) + '/' +
                       std::to_string(one.total);
        return {};
    }
    /// All of it, as text that does not depend on the order of the mails.
    std::string all() const {
        std::vector<std::string> out;
        for (std::size_t i = 0; i < ids_.size(); ++i) {
            const auto& it = related_.relations[i];
            out.push_back(ids_[i] + ": thread " + name(it.thread) + ", series " + name(it.series) + ", change " +
                          name(it.change) + ", " + std::to_string(it.replies) + " replies, states " +
                          std::to_string(it.states) + ' ' + place(ids_[i]) + "\n");
        }
        return joined(out) + credits() + taken();
    }

private:
    std::string name(std::uint32_t row) const { return row == 0 ? "-" : ids_.at(row - 1); }
    static std::string joined(std::vector<std::string> ids) {
        std::ranges::sort(ids);
        std::string out;
        for (const std::string& id : ids) out += (out.empty() ? "" : " ") + id;
        return out;
    }
    std::string group(const std::string& id, std::uint32_t store::Relation::*member) const {
        const auto key = of(id).*member;
        std::vector<std::string> out;
        for (std::size_t i = 0; key != 0 && i < ids_.size(); ++i)
            if (related_.relations[i].*member == key) out.push_back(ids_[i]);
        return joined(out);
    }

    Related related_;
    std::vector<std::string> ids_;
    std::map<std::string, std::uint32_t> numbers_;
};

}  // namespace patchseek::relate

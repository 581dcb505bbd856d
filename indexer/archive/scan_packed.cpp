// SPDX-License-Identifier: GPL-2.0-or-later
#include "scan_packed.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <unordered_map>

#include "content.hpp"
#include "maildir.hpp"
#include "unpack.hpp"

namespace fs = std::filesystem;

namespace patchseek::archive {
namespace {

// A tar may hold as many things that are no mail as it likes, but we do not name them all.
constexpr std::size_t kMaxProblems = 100;

std::string_view file_name(std::string_view path) { return path.substr(path.rfind('/') + 1); }

std::string_view folder_of(std::string_view path) {
    const auto slash = path.rfind('/');
    return slash == path.npos ? std::string_view() : path.substr(0, slash);
}

// Names that a tree leaves out as well: a part of the path starts with '.', and is more than "." or "..".
bool is_hidden(std::string_view path) {
    for (std::size_t pos = 0; pos < path.size();) {
        const auto part = path.substr(pos, path.find('/', pos) - pos);
        if (part.starts_with('.') && part != "." && part != "..") return true;
        pos += part.size() + 1;
    }
    return false;
}

class PackedScan {
public:
    PackedScan(Scan& scan, const OpenFile& file) : scan_(scan), file_(file), key_(key_of(file.inner)) {}
    void run();

private:
    void read(Spool& spool, SourceState state);
    void single(const Spool& spool, const Unpacked& unpacked, SourceState state);
    void members(Spool& spool, const Unpacked& unpacked, SourceState state);
    void member(Spool& spool, const Member& member);
    void mail_of_maildir(const Member& member);
    void add_maildirs(const Spool& spool);
    void skip(const std::string& name, const std::string& what);
    std::string name_of(const Member& member) const { return file_.name + '/' + member.name; }
    bool undo_compression(Spool& spool, Region& region, std::string& beginning);
    bool add(const Spool& spool, const Region& region, std::string_view beginning, Source source, SourceState state);
    Key member_key(std::string_view name);

    Scan& scan_;
    const OpenFile& file_;
    Key key_;
    std::uint64_t left_ = 0;  // that may still be unpacked
    std::size_t problems_ = 0;
    bool found_mail_ = false;
    std::unordered_map<std::string, int> times_;                       // that a name came
    std::map<std::string, std::vector<Entry>, std::less<>> maildirs_;  // by folder
    std::set<std::pair<std::string, std::uint64_t>> mail_seen_;
};

void PackedScan::skip(const std::string& name, const std::string& what) {
    if (++problems_ <= kMaxProblems) scan_.problem(name, what);
}

Key PackedScan::member_key(std::string_view name) {
    // In a tar that was added to, a name may come again; the contents are different messages all the same.
    const int times = times_[std::string(name)]++;
    std::string text = file_.inner + '\0' + std::string(name);
    if (times > 0) text += '\0' + std::to_string(times);
    return key_of(text);
}

// Reads what was unpacked as a source of the kind that its beginning tells; false when it is no mail.
bool PackedScan::add(const Spool& spool, const Region& region, std::string_view beginning, Source source,
                     SourceState state) {
    const auto kind = scan_.options().kind ? scan_.options().kind : detect(beginning);
    if (!kind) return false;
    auto found = read_contents(region, *kind);
    if (!found || found->entries.empty()) return false;
    source.kind = *kind;
    found_mail_ = true;
    if (state.form == Form::packed && file_.inner.empty()) scan_.describe(archive::name(*kind) + (", " + state.extra));
    SourceLocation location;
    location.path = spool.path();
    location.base = region.base;
    location.ours = true;
    location.state = std::move(state);
    location.state.kind = *kind;
    location.state.quoted = found->quoted;
    location.state.forced = scan_.options().kind.has_value();
    scan_.add(std::move(source), std::move(location), std::move(found->entries));
    return true;
}

void PackedScan::single(const Spool& spool, const Unpacked& unpacked, SourceState state) {
    const Region region{spool.fd(), 0, spool.end(), file_.name};
    const auto beginning = read_at(region.fd, 0, kProbe, file_.name);
    Source source;
    source.key = key_;
    source.name = file_.name;
    if (region.size == 0) return scan_.problem(file_.name, unpacked.damage.empty() ? kEmpty : unpacked.damage);
    if (!beginning) return scan_.problem(file_.name, beginning.error().message, beginning.error().kind);
    if (is_tar(*beginning)) return scan_.problem(file_.name, "a tar that cannot be read");
    if (!add(spool, region, *beginning, std::move(source), std::move(state)))
        scan_.problem(file_.name, "unpacked, it holds no mail; skipped");
    else if (!unpacked.damage.empty())
        scan_.problem(file_.name, unpacked.damage, ErrorKind::io);
}

bool PackedScan::undo_compression(Spool& spool, Region& region, std::string& beginning) {
    if (compression(beginning).empty()) return true;
    const std::uint64_t base = spool.end();
    const auto unpacked = unpack(region, spool, std::min(left_, unpack_limit(region.size)));
    if (!unpacked || unpacked->tar) {
        skip(std::string(region.name), unpacked ? "a tar within a tar, skipped" : unpacked.error().message);
        return false;
    }
    left_ -= std::min(left_, unpacked->bytes);
    if (!unpacked->damage.empty()) skip(std::string(region.name), unpacked->damage);
    region.base = base;
    region.size = spool.end() - base;
    auto again = read_at(region.fd, region.base, std::min<std::uint64_t>(kProbe, region.size), region.name);
    if (again) beginning = std::move(*again);
    return again && !beginning.empty();
}

void PackedScan::mail_of_maildir(const Member& member) {
    found_mail_ = true;
    const std::string folder(folder_of(folder_of(member.name)));
    const std::uint64_t key = maildir_key(file_name(member.name));
    if (mail_seen_.emplace(folder, key).second)
        maildirs_[folder].push_back({0, key, {member.base, member.size}, nullptr});
}

void PackedScan::add_maildirs(const Spool& spool) {
    for (auto& [folder, entries] : maildirs_) {
        Source source;
        source.key = member_key(folder + "/");
        source.name = folder.empty() ? file_.name : file_.name + '/' + folder;
        SourceLocation location;
        location.path = spool.path();
        location.ours = true;
        location.state.form = Form::member;
        location.state.outer = key_;
        location.state.extra = folder;
        scan_.add(std::move(source), std::move(location), std::move(entries));
    }
}

void PackedScan::member(Spool& spool, const Member& member) {
    const std::string name = name_of(member);
    const auto parent = file_name(folder_of(member.name));
    const bool in_maildir = parent == "cur" || parent == "new";
    if (file_name(member.name).starts_with('.') || (!in_maildir && (is_hidden(member.name) || parent == "tmp"))) return;
    if (member.skipped) return skip(name, member.skipped);
    if (member.size == 0) return skip(name, kEmpty);
    Region region{spool.fd(), member.base, member.size, name};
    auto beginning = read_at(region.fd, region.base, std::min<std::uint64_t>(kProbe, region.size), name);
    if (!beginning) return skip(name, beginning.error().message);
    const bool text = beginning->find('\0') == std::string::npos || detect(*beginning).has_value();
    if (in_maildir && text) return mail_of_maildir(member);
    if (is_tar(*beginning)) return skip(name, "a tar within a tar, skipped");
    if (file_name(member.name) == "HEAD" && beginning->starts_with("ref: "))
        return skip(name, "a git repository in a tar is not read");
    if (!undo_compression(spool, region, *beginning)) return;
    Source source;
    source.key = member_key(member.name);
    source.name = name;
    SourceState state;
    state.form = Form::member;
    state.outer = key_;
    state.extra = member.name;
    if (!add(spool, region, *beginning, std::move(source), std::move(state))) skip(name, why_no_mail(*beginning));
}

void PackedScan::members(Spool& spool, const Unpacked& unpacked, SourceState state) {
    if (file_.inner.empty()) scan_.describe(unpacked.format);
    Source tar;
    tar.key = key_;
    tar.name = file_.name;
    SourceLocation location;
    location.state = std::move(state);
    location.state.form = Form::tar;
    scan_.add(std::move(tar), std::move(location), {});
    for (const Member& one : unpacked.members) member(spool, one);
    add_maildirs(spool);
    if (problems_ > kMaxProblems)
        scan_.problem(file_.name, std::to_string(problems_ - kMaxProblems) + " more members that were not read");
    if (!unpacked.damage.empty()) scan_.problem(file_.name, unpacked.damage, ErrorKind::io);
    if (!found_mail_) scan_.problem(file_.name, "holds no mail, skipped");
}

void PackedScan::read(Spool& spool, SourceState state) {
    const Region packed{file_.fd.get(), 0, file_.stamp.size, file_.name};
    const std::uint64_t limit = unpack_limit(packed.size);
    const auto unpacked = unpack(packed, spool, limit);
    if (!unpacked) return scan_.keep_unread(key_, file_.name, unpacked.error());
    // A copy that is not yet whole, most likely: what the index has of the file stays until it is.
    if (!unpacked->damage.empty() && scan_.last(key_))
        return scan_.keep_unread(key_, file_.name, {ErrorKind::io, unpacked->damage});
    left_ = limit - std::min(limit, unpacked->bytes);
    state.extra = unpacked->format;
    if (unpacked->tar) return members(spool, *unpacked, std::move(state));
    single(spool, *unpacked, std::move(state));
}

void PackedScan::run() {
    const SourceState* old = scan_.last(key_);
    auto packed = read_contents({file_.fd.get(), 0, file_.stamp.size, file_.name}, SourceKind::message);
    if (!packed) return scan_.keep_unread(key_, file_.name, packed.error());
    SourceState state;
    state.key = key_;
    state.form = Form::packed;
    state.forced = scan_.options().kind.has_value();
    state.kind = scan_.options().kind.value_or(SourceKind::message);
    state.stamp = file_.stamp;
    state.racy = file_.racy;
    state.digest = packed->digest;
    if (old && !old->stub && old->digest == state.digest && is_read_alike(*old, scan_)) {
        state.form = old->form;
        state.kind = old->kind;
        state.quoted = old->quoted;
        state.extra = old->extra;
        if (file_.inner.empty()) scan_.describe(description(state));
        return scan_.keep_file(file_.name, std::move(state));
    }
    auto spool = Spool::create(scan_.options().spool);
    if (!spool) return scan_.keep_unread(key_, file_.name, spool.error());
    read(*spool, std::move(state));
}

}  // namespace

bool is_packed(std::string_view beginning) { return !compression(beginning).empty() || is_tar(beginning); }

void scan_packed(Scan& scan, const OpenFile& file) { PackedScan(scan, file).run(); }

}  // namespace patchseek::archive

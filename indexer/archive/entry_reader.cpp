// SPDX-License-Identifier: GPL-2.0-or-later
#include "entry_reader.hpp"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <limits>
#include <map>

#include "git_repository.hpp"
#include "git_service.hpp"
#include "maildir.hpp"
#include "patchseek/base/encoding.hpp"
#include "patchseek/base/file.hpp"
#include "scan.hpp"
#include "unpack.hpp"

namespace fs = std::filesystem;

namespace patchseek::archive {
namespace {

constexpr std::uint64_t kMaxObject = std::uint64_t{128} << 20;
/// Objects of one repository that are fetched at once; and of all, where messages of many are read by turns.
constexpr std::size_t kAtOnce = 64, kAtOnceOfAll = 512, kFewest = 8;
constexpr auto kNone = std::numeric_limits<std::uint32_t>::max();

Error changed(const std::string& name) { return {ErrorKind::busy, "'" + name + "' changed while it was read"}; }

// Whether what is open is what was scanned. That something was appended since is no matter, as long as it is known to
// be the same file.
bool is_as_scanned(int fd, const SourceLocation& location) {
    struct stat info {};
    if (::fstat(fd, &info) != 0) return false;
    const Stamp now = stamp_of(info);
    const Stamp& scanned = location.state.stamp;
    if (now.inode != scanned.inode) return false;
    if (now.size == scanned.size) return now.mtime == scanned.mtime;
    return now.size > scanned.size && location.birth != 0 && birth_of(fd) == location.birth;
}

RawMessage message_of(std::string bytes, const Source& source, bool cut) {
    const bool framed =
        source.kind != SourceKind::message || is_separator(std::string_view(bytes).substr(0, bytes.find('\n')));
    if (!framed) return {std::move(bytes), cut};
    const bool is_mbox = source.kind == SourceKind::mbox;
    return {unframe(std::move(bytes), {is_mbox && source.location->state.quoted, is_mbox}), cut};
}

struct UnpackedMail {
    std::string bytes, damage;
};

// What a compressed file holds, as dovecot and notmuch keep mail. Of a damaged one what comes before the damage, unless
// that is nothing.
Result<UnpackedMail> unpacked(int fd, std::uint64_t size, std::uint64_t limit, const std::string& name) {
    const UniqueFd memory(::memfd_create("mail", MFD_CLOEXEC));
    if (!memory) return system_error("cannot unpack '" + name + "'", errno);
    Spool spool(memory.get(), 0);
    const auto done = unpack({fd, 0, size, name}, spool, unpack_limit(size));
    const auto end = spool.end();
    spool.let_go();
    if (!done) return done.error();
    if (done->tar) return Error{ErrorKind::data, "'" + name + "' is a tar and no message"};
    if (!done->damage.empty() && end == 0) return Error{ErrorKind::data, "'" + name + "': " + done->damage};
    const auto most = end > EntryReader::kMaxMessage ? EntryReader::kKeptOfLarge : end;
    auto bytes = read_at(memory.get(), 0, std::min(most, limit), name);
    return bytes ? Result<UnpackedMail>(UnpackedMail{*std::move(bytes), done->damage}) : bytes.error();
}

}  // namespace

struct EntryReader::Impl {
    /// How much of a message.
    struct Wanted {
        std::uint64_t limit = 0;  ///< bytes
        bool header = false;      ///< the header is enough
        friend bool operator==(const Wanted&, const Wanted&) = default;
    };
    /// What is expected of one repository and was fetched before it was asked for: what lies between two messages of
    /// it in the order of all makes no difference.
    struct Ahead {
        std::vector<const Entry*> order;  ///< see expect()
        std::size_t next = 0;             ///< in `order`
        std::size_t alone = 0;            ///< so many are fetched one by one: damage among some ended the process
        std::map<const Entry*, Result<GitBlob>> fetched;
        Wanted fetched_as;
        bool is_next(const Entry& entry) const { return next < order.size() && order[next] == &entry; }
    };
    explicit Impl(const Catalog& of) : catalog(of) {}
    Result<RawMessage> read_span(const Source& source, const Entry& entry, std::uint64_t limit);
    Result<RawMessage> read_mail_file(const Source& source, const Entry& entry, std::uint64_t limit);

    Result<RawMessage> read_object(const Source& source, const Entry& entry, Wanted wanted);

    Result<GitRepository*> repository_of(const SourceLocation& location, const GitMessage& message);
    const GitMessage& object(const Entry& entry) const {
        return catalog.sources[entry.source].location->objects[static_cast<std::size_t>(entry.span.offset)];
    }
    Ahead& ahead_of(const Entry& entry) { return ahead[{entry.source, object(entry).repository}]; }
    Result<Done> fetch(const Source& source, const Entry& entry, Wanted wanted);

    const Catalog& catalog;
    std::shared_ptr<GitHelper> helper = std::make_shared<GitHelper>();
    std::map<fs::path, GitRepository> repositories;
    std::map<std::pair<std::uint32_t, std::uint32_t>, Ahead> ahead;  // by source and repository
    UniqueFd fd;
    std::uint32_t open_source = kNone;
    MaildirNames names;
};

Result<RawMessage> EntryReader::Impl::read_span(const Source& source, const Entry& entry, std::uint64_t limit) {
    const SourceLocation& location = *source.location;
    if (!fd || open_source != entry.source) {
        auto opened = open_regular_below(location.path, location.inner);
        if (!opened) return opened.error();
        fd = std::move(*opened);
        open_source = entry.source;
    }
    const bool cut = entry.span.size > kMaxMessage;
    const auto size = std::min({entry.span.size, limit, cut ? kKeptOfLarge : kMaxMessage});
    auto bytes = read_at(fd.get(), location.base + entry.span.offset, size, source.name);
    if (!bytes) return bytes.error();
    if (!location.ours && !is_as_scanned(fd.get(), location)) {
        fd = UniqueFd();
        return changed(source.name);
    }
    return message_of(std::move(*bytes), source, cut);
}

Result<RawMessage> EntryReader::Impl::read_mail_file(const Source& source, const Entry& entry, std::uint64_t limit) {
    const SourceLocation& location = *source.location;
    const fs::path scanned = location.path / location.names[static_cast<std::size_t>(entry.span.offset)];
    const auto open = [&](const fs::path& name) {
        return open_regular_below(location.path / name, fs::path(location.inner) / name);
    };
    auto opened = open(location.names[static_cast<std::size_t>(entry.span.offset)]);
    if (!opened && opened.error().kind == ErrorKind::no_input) {
        // A mail program may have moved it from new to cur, or changed its flags.
        const auto now = names.find(location.path, entry.key);
        if (!now.empty()) opened = open(now);
    }
    if (!opened) return opened.error();
    struct stat info {};
    if (::fstat(opened->get(), &info) != 0) return system_error("cannot read '" + scanned.native() + "'", errno);
    const auto whole = static_cast<std::uint64_t>(info.st_size);
    const bool cut = whole > kMaxMessage;
    auto bytes =
        read_at(opened->get(), 0, std::min({whole, limit, cut ? kKeptOfLarge : kMaxMessage}), scanned.native());
    if (!bytes) return bytes.error();
    if (compression(*bytes).empty()) return message_of(std::move(*bytes), source, cut);
    auto mail = unpacked(opened->get(), whole, limit, scanned.native());
    if (!mail) return mail.error();
    RawMessage out = message_of(std::move(mail->bytes), source, cut);
    out.damage = std::move(mail->damage);
    return out;
}

Result<GitRepository*> EntryReader::Impl::repository_of(const SourceLocation& location, const GitMessage& message) {
    const fs::path& path = location.repositories[message.repository];
    if (const auto known = repositories.find(path); known != repositories.end()) return &known->second;
    // All that may be read are named before the first is: the process need not be made again.
    for (const fs::path& one : location.repositories)
        if (const auto allowed = helper->allow(one); !allowed && one == path) return allowed.error();
    auto opened = GitRepository::open(path, helper);
    if (!opened) return opened.error();
    return &repositories.emplace(path, std::move(*opened)).first->second;
}

// `entry`, and what will be asked for next of its repository.
Result<Done> EntryReader::Impl::fetch(const Source& source, const Entry& entry, Wanted wanted) {
    const auto repository = repository_of(*source.location, object(entry));
    if (!repository) return repository.error();
    Ahead& from = ahead_of(entry);
    if (from.alone > 0) --from.alone;
    std::vector<const Entry*> some{&entry};
    if (from.alone == 0 && from.is_next(entry)) {
        const auto most = std::clamp(kAtOnceOfAll / ahead.size(), kFewest, kAtOnce);
        const auto count = std::min(most, from.order.size() - from.next);
        const auto begin = from.order.begin() + static_cast<std::ptrdiff_t>(from.next);
        some.assign(begin, begin + static_cast<std::ptrdiff_t>(count));
    }
    std::vector<ObjectId> ids;
    for (const Entry* one : some) ids.push_back(object(*one).id);
    // git keeps no object in pieces, so a larger one would stand in memory whole.
    auto blobs = (*repository)->blobs(ids, {kMaxObject, wanted.limit, wanted.header});
    if (blobs.size() == 1 && ids.size() > 1 && !blobs.front()) from.alone = kAtOnce;
    from.fetched.clear();
    from.fetched_as = wanted;
    for (std::size_t i = 0; i < blobs.size(); ++i) from.fetched.emplace(some[i], std::move(blobs[i]));
    return Done{};
}

Result<RawMessage> EntryReader::Impl::read_object(const Source& source, const Entry& entry, Wanted wanted) {
    Ahead& from = ahead_of(entry);
    if (from.fetched_as != wanted || !from.fetched.contains(&entry))
        if (auto done = fetch(source, entry, wanted); !done) return done.error();
    auto blob = std::move(from.fetched.extract(&entry).mapped());
    if (from.is_next(entry)) ++from.next;
    if (!blob) return Error{blob.error().kind, source.name + ": " + blob.error().message};
    const bool cut = blob->size > kMaxMessage;
    if (cut) blob->bytes.resize(std::min<std::size_t>(blob->bytes.size(), kKeptOfLarge));
    return message_of(std::move(blob->bytes), source, cut);
}

EntryReader::EntryReader(const Catalog& catalog) : impl_(std::make_unique<Impl>(catalog)) {}
EntryReader::EntryReader(EntryReader&&) noexcept = default;
EntryReader::~EntryReader() = default;

void EntryReader::expect(const std::vector<const Entry*>& order) {
    impl_->ahead.clear();
    for (const Entry* entry : order)
        if (impl_->catalog.sources[entry->source].location->state.form == Form::git)
            impl_->ahead_of(*entry).order.push_back(entry);
}

Result<RawMessage> EntryReader::read(const Entry& entry, std::uint64_t limit) {
    const Source& source = impl_->catalog.sources[entry.source];
    if (source.location->state.form == Form::maildir) return impl_->read_mail_file(source, entry, limit);
    if (source.location->state.form == Form::git) return impl_->read_object(source, entry, {limit, false});
    return impl_->read_span(source, entry, limit);
}

Result<RawMessage> EntryReader::read_header(const Entry& entry) {
    const Source& source = impl_->catalog.sources[entry.source];
    if (source.location->state.form != Form::git) return read(entry, kHeaderBytes);
    return impl_->read_object(source, entry, {kHeaderBytes, true});
}

std::string place(const Catalog& catalog, const Entry& entry) {
    constexpr std::size_t kDigits = 12;
    const Source& source = catalog.sources[entry.source];
    const SourceLocation& location = *source.location;
    const auto offset = static_cast<std::size_t>(entry.span.offset);
    if (location.state.form == Form::maildir) return location.names[offset];
    if (location.state.form == Form::git) return "commit " + hex(location.objects[offset].commit).substr(0, kDigits);
    return source.kind == SourceKind::message ? std::string() : "message at byte " + std::to_string(entry.span.offset);
}

}  // namespace patchseek::archive

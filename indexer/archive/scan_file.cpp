#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>

#include "contents.hpp"
#include "keys.hpp"
#include "patchseek/base/file.hpp"
#include "scan.hpp"

namespace fs = std::filesystem;

namespace patchseek::archive {
namespace {

std::string why_no_mail(std::string_view beginning) {
    return beginning.find('\0') != beginning.npos ? "binary, skipped" : "holds no mail, skipped";
}

std::optional<SourceKind> kind_of(const Scan& scan, FileRules rules, std::string_view beginning) {
    if (rules.is_message && (detect(beginning) || beginning.find('\0') == beginning.npos)) return SourceKind::message;
    return scan.options().kind ? scan.options().kind : detect(beginning);
}

// Whether the last state's row still says all, without a look at the content.
bool is_unchanged(const Row* row, const Scan& scan, const fs::path& path) {
    if (!row || row->stub || row->racy || !is_read_alike(*row, scan)) return false;
    if (row->form != Form::file && row->form != Form::packed && row->form != Form::tar) return false;
    struct stat info {};
    return ::stat(path.c_str(), &info) == 0 && S_ISREG(info.st_mode) && stamp_of(info) == row->stamp;
}

// Of an mbox that was appended to: what need not be read again moves from the entries to `kept`.
std::vector<std::uint64_t> split_off_kept(std::vector<Entry>& entries, const Row& row,
                                          const std::vector<std::uint64_t>& known) {
    std::vector<std::uint64_t> kept;
    std::erase_if(entries, [&](const Entry& entry) {
        const bool same = entry.at < row.open_from ||
                          (entry.at == row.open_from && entry.span.offset + entry.span.size == row.stamp.size);
        if (!same || !std::ranges::binary_search(known, entry.at)) return false;
        kept.push_back(entry.at);
        return true;
    });
    return kept;
}

void read_file_source(Scan& scan, const OpenFile& file, Key key, SourceKind kind, bool forced) {
    const Row* old = scan.row(key);
    if (old && (old->stub || old->form != Form::file || old->kind != kind)) old = nullptr;
    auto found = read_contents({file.fd.get(), 0, file.stamp.size, file.name}, kind, old ? old->stamp.size : 0);
    if (!found) return scan.keep_unread(key, file.name, found.error());
    if (found->entries.empty()) return scan.problem(file.name, "holds no mail, skipped");

    SourceLocation location;
    location.path = file.path;
    location.ours = file.ours;
    location.birth = birth_of(file.fd.get());
    location.row.kind = kind;
    location.row.forced = forced;
    location.row.racy = file.racy;
    location.row.quoted = found->quoted;
    location.row.stamp = file.stamp;
    location.row.open_from = found->open_from;
    location.row.digest = found->digest;
    if (old && old->stamp.size == found->size && old->digest == found->digest)
        return scan.keep(key, file.name, std::move(location.row));
    Source source;
    source.key = key;
    source.name = file.name;
    source.kind = kind;
    const bool appended = old && kind == SourceKind::mbox && old->stamp.size < found->size && old->stamp.size > 0 &&
                          old->digest == found->before && old->quoted == found->quoted;
    if (appended) source.kept = split_off_kept(found->entries, *old, scan.known(key));
    scan.add(std::move(source), std::move(location), std::move(found->entries));
}

}  // namespace

Result<OpenFile> open_file(const ArchivePath& place) {
    auto fd = open_regular(place.path);
    if (!fd) return fd.error();
    struct stat info {};
    const std::string& name = place.path.native();
    if (::fstat(fd->get(), &info) != 0) return system_error("cannot read '" + name + "'", errno);
    OpenFile out{std::move(*fd), place.path, name, place.inner, stamp_of(info), false, false, {}};
    out.racy = is_fresh(out.stamp);
    auto beginning = read_at(out.fd.get(), 0, std::min<std::uint64_t>(kProbe, out.stamp.size), name);
    if (!beginning) return beginning.error();
    out.beginning = std::move(*beginning);
    return out;
}

std::string description(const Row& row) {
    if (row.form == Form::tar) return row.extra;
    return row.form == Form::packed ? archive::name(row.kind) + (", " + row.extra) : archive::name(row.kind);
}

bool is_read_alike(const Row& row, const Scan& scan) {
    const auto& kind = scan.options().kind;
    return row.forced == kind.has_value() && (!kind || row.kind == *kind);
}

void scan_file(Scan& scan, const OpenFile& file, FileRules rules) {
    if (file.stamp.size == 0) return scan.problem(file.name, kEmpty);
    if (!rules.is_message && is_packed(file.beginning)) return scan_packed(scan, file);
    const auto kind = kind_of(scan, rules, file.beginning);
    if (!kind) return scan.problem(file.name, why_no_mail(file.beginning));
    if (file.inner.empty()) scan.describe(archive::name(*kind));
    read_file_source(scan, file, key_of(file.inner), *kind, scan.options().kind.has_value());
}

void scan_file(Scan& scan, const ArchivePath& place, FileRules rules) {
    const std::string& name = place.path.native();
    const Key key = key_of(place.inner);
    const Row* row = scan.row(key);
    if (is_unchanged(row, scan, place.path)) {
        if (place.inner.empty()) scan.describe(description(*row));
        return scan.keep_file(name, *row);
    }
    const auto file = open_file(place);
    if (!file) return scan.keep_unread(key, name, file.error());
    scan_file(scan, *file, rules);
}

}  // namespace patchseek::archive

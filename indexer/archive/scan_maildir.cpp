#include <sys/stat.h>

#include <algorithm>
#include <unordered_set>

#include "keys.hpp"
#include "maildir.hpp"
#include "patchseek/base/file.hpp"
#include "scan.hpp"

namespace fs = std::filesystem;

namespace patchseek::archive {
namespace {

constexpr std::size_t kProbe = std::size_t{64} << 10;

class MaildirScan {
public:
    MaildirScan(Scan& scan, const ArchivePath& place) : scan_(scan), place_(place), key_(key_of(place.inner)) {}
    void run();

private:
    void take(MaildirListing listing);
    void take(const std::string& name);
    std::uint64_t size_of_mail(const fs::path& path);

    Scan& scan_;
    const ArchivePath& place_;
    Key key_;
    std::vector<std::uint64_t> known_;
    std::unordered_set<std::uint64_t> seen_;
    Source source_;
    SourceLocation store_;
    std::vector<Entry> entries_;
};

// Of a file that is new; 0 when it is no message. Whatever text it holds is one, however little of a header is left.
std::uint64_t MaildirScan::size_of_mail(const fs::path& path) {
    struct stat info {};
    const auto fd = open_regular(path);
    if (!fd) return scan_.problem(path.native(), fd.error().message, fd.error().kind), 0;
    if (::fstat(fd->get(), &info) != 0 || info.st_size == 0) return scan_.problem(path.native(), kEmpty), 0;
    const auto beginning = read_at(fd->get(), 0, kProbe, path.native());
    if (!beginning) return scan_.problem(path.native(), beginning.error().message, beginning.error().kind), 0;
    if (beginning->find('\0') != std::string::npos && !detect(*beginning))
        return scan_.problem(path.native(), "binary, skipped"), 0;
    return static_cast<std::uint64_t>(info.st_size);
}

std::uint64_t at_of(const std::string& name) { return maildir_at(std::string_view(name).substr(name.find('/') + 1)); }

// One that is not known.
void MaildirScan::take(const std::string& name) {
    const std::uint64_t at = at_of(name);
    if (!seen_.insert(at).second) return;
    const std::uint64_t size = size_of_mail(place_.path / name);
    if (size == 0) return;
    entries_.push_back({0, at, {store_.names.size(), size}, nullptr});
    store_.names.push_back(name);
}

void MaildirScan::take(MaildirListing listing) {
    for (const std::string& link : listing.links)
        scan_.problem((place_.path / link).native(), "symbolic link, not followed");
    for (const std::string& folder : listing.folders)
        scan_.problem((place_.path / folder).native(), "folder where only messages should be, skipped");
    auto& kept = source_.kept;
    std::erase_if(listing.names, [&](const std::string& name) {
        const std::uint64_t at = at_of(name);
        const bool known = std::ranges::binary_search(known_, at);
        if (known) kept.push_back(at);
        return known;
    });
    std::ranges::sort(kept);
    kept.erase(std::unique(kept.begin(), kept.end()), kept.end());
    // What is new comes in one order, whatever the file system says first.
    std::ranges::sort(listing.names);
    for (const std::string& name : listing.names) take(name);
}

void MaildirScan::run() {
    const std::string name = place_.path.native();
    const Row* old = scan_.row(key_);
    if (old && (old->stub || old->form != Form::maildir)) old = nullptr;
    // Before the listing: what changes meanwhile shows the next time.
    store_.row.form = Form::maildir;
    store_.row.stamp = stamp_of_maildir(place_.path);
    store_.row.racy = is_fresh(store_.row.stamp);
    if (old && !old->racy && old->stamp == store_.row.stamp) return scan_.keep(key_, name, *old);
    auto listing = list_maildir(place_.path);
    if (!listing) return scan_.keep_unread(key_, name, listing.error());
    if (old) known_ = scan_.known(key_);
    take(std::move(*listing));
    store_.path = place_.path;
    source_.key = key_;
    source_.name = name;
    scan_.add(std::move(source_), std::move(store_), std::move(entries_));
}

}  // namespace

void scan_maildir(Scan& scan, const ArchivePath& place) { MaildirScan(scan, place).run(); }

}  // namespace patchseek::archive

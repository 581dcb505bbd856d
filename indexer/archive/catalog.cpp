#include "catalog.hpp"

#include <sys/stat.h>

#include <algorithm>
#include <array>

#include "markdown.hpp"

namespace fs = std::filesystem;

namespace patchseek::archive {
namespace {

constexpr auto kMailFolders = std::to_array({"cur", "new"});
constexpr std::size_t kProbe = std::size_t{64} << 10;
constexpr std::size_t kChunk = std::size_t{1} << 20;
constexpr const char* kEmpty = "empty, skipped";
constexpr std::uint64_t kMaxDump = std::uint64_t{1} << 30;

std::string_view compression(std::string_view bytes) {
    if (bytes.starts_with("\x1F\x8B")) return "gzip";
    if (bytes.starts_with("BZh")) return "bzip2";
    if (bytes.starts_with("\xFD"
                          "7zXZ"))
        return "xz";
    if (bytes.starts_with("\x28\xB5\x2F\xFD")) return "zstd";
    return {};
}

std::string why_no_mail(std::string_view beginning) {
    if (const auto format = compression(beginning); !format.empty())
        return "compressed with " + std::string(format) + ", which is not read yet";
    if (beginning.find('\0') != beginning.npos) return "binary, skipped";
    return "holds no mail, skipped";
}

// One archive being added: the catalog, and the rules for it.
class Scan {
public:
    Scan(Catalog& catalog, std::optional<Kind> forced)
        : catalog_(catalog), forced_(forced), archive_(static_cast<std::uint32_t>(catalog.archives.size())) {}

    void file(const fs::path& path, std::optional<Kind> only = {});
    void folder(const fs::path& path);
    static bool is_maildir(const fs::path& path);

private:
    void problem(const fs::path& path, std::string what, ErrorKind kind = ErrorKind::data) {
        catalog_.problems.push_back({path.native(), std::move(what), kind});
    }
    void add(Kind kind, const fs::path& path, std::vector<Entry> entries);
    Result<std::vector<Entry>> mbox_entries(int fd, const fs::path& path);
    Result<std::vector<Entry>> dump_entries(int fd, const fs::path& path);
    Result<std::vector<Entry>> entries(Kind kind, int fd, const fs::path& path, std::uint64_t size);
    std::vector<fs::directory_entry> list(const fs::path& path);
    void visit(const fs::directory_entry& entry, std::optional<Kind> only, bool in_maildir,
               std::vector<fs::path>& folders);

    Catalog& catalog_;
    std::optional<Kind> forced_;
    std::uint32_t archive_;
};

void Scan::add(Kind kind, const fs::path& path, std::vector<Entry> entries) {
    const auto file = static_cast<std::uint32_t>(catalog_.files.size());
    catalog_.files.push_back({path, archive_, kind});
    for (Entry& entry : entries) {
        entry.file = file;
        catalog_.entries.push_back(std::move(entry));
    }
}

Result<std::vector<Entry>> Scan::mbox_entries(int fd, const fs::path& path) {
    MboxSplitter splitter;
    for (std::uint64_t offset = 0;;) {
        const auto piece = read_at(fd, offset, kChunk, path.native());
        if (!piece) return piece.error();
        if (piece->empty()) break;
        splitter.feed(*piece);
        offset += piece->size();
    }
    std::vector<Entry> out;
    for (const Span& span : splitter.finish()) out.push_back({0, span, nullptr});
    return out;
}

Result<std::vector<Entry>> Scan::dump_entries(int fd, const fs::path& path) {
    const auto text = read_at(fd, 0, kMaxDump, path.native());
    if (!text) return text.error();
    std::vector<Entry> out;
    for (DumpEntry& entry : read_dump(*text)) {
        Heading heading{std::move(entry.title), std::move(entry.from)};
        out.push_back({0, entry.span, std::make_shared<const Heading>(std::move(heading))});
    }
    return out;
}

Result<std::vector<Entry>> Scan::entries(Kind kind, int fd, const fs::path& path, std::uint64_t size) {
    switch (kind) {
        case Kind::mbox: return mbox_entries(fd, path);
        case Kind::markdown: return dump_entries(fd, path);
        case Kind::message:
        case Kind::diff: break;
    }
    return std::vector<Entry>{{0, {0, size}, nullptr}};
}

void Scan::file(const fs::path& path, std::optional<Kind> only) {
    auto fd = open_regular(path);
    if (!fd) return problem(path, fd.error().message, fd.error().kind);
    struct stat info {};
    if (::fstat(fd->get(), &info) != 0 || info.st_size == 0) return problem(path, kEmpty);
    const auto beginning = read_at(fd->get(), 0, kProbe, path.native());
    if (!beginning) return problem(path, beginning.error().message);
    auto kind = forced_ ? forced_ : detect(*beginning);
    // In a maildir every text is a message, however little of a header is left.
    if (!kind && only && beginning->find('\0') == beginning->npos) kind = only;
    if (!kind) return problem(path, why_no_mail(*beginning));
    auto found = entries(only.value_or(*kind), fd->get(), path, static_cast<std::uint64_t>(info.st_size));
    if (!found) return problem(path, found.error().message);
    if (found->empty()) return problem(path, "holds no mail, skipped");
    add(only.value_or(*kind), path, std::move(*found));
}

std::vector<fs::directory_entry> Scan::list(const fs::path& path) {
    std::vector<fs::directory_entry> out;
    std::error_code error;
    for (fs::directory_iterator it(path, error), end; !error && it != end; it.increment(error)) out.push_back(*it);
    if (error) {
        const auto failed = system_error("cannot list", error.value());
        problem(path, failed.message, failed.kind);
    }
    std::ranges::sort(out, {}, [](const fs::directory_entry& entry) { return entry.path().native(); });
    return out;
}

bool Scan::is_maildir(const fs::path& path) {
    std::error_code error;
    return std::ranges::any_of(kMailFolders, [&](const char* sub) {
        return fs::symlink_status(path / sub, error).type() == fs::file_type::directory;
    });
}

// One thing found in a folder: read, put off, or left out.
void Scan::visit(const fs::directory_entry& entry, std::optional<Kind> only, bool in_maildir,
                 std::vector<fs::path>& folders) {
    std::error_code error;
    const std::string name = entry.path().filename().native();
    const bool is_folder = !entry.is_symlink(error) && entry.is_directory(error);
    // Maildir++ gives its sub-folders names such as ".lists.kvm".
    if (name.starts_with('.') && !(in_maildir && is_folder && is_maildir(entry.path()))) return;
    if (entry.is_symlink(error)) {
        problem(entry.path(), "symbolic link, not followed");
    } else if (is_folder) {
        if (!in_maildir || name != "tmp") folders.push_back(entry.path());
    } else {
        file(entry.path(), only);
    }
}

void Scan::folder(const fs::path& top) {
    struct Pending {
        fs::path path;
        bool mail;  ///< cur or new of a maildir
    };
    // A stack of our own: the depth of a tree is the archive's choice, not ours.
    std::vector<Pending> pending{{top, false}};
    while (!pending.empty()) {
        const Pending here = std::move(pending.back());
        pending.pop_back();
        std::vector<fs::path> folders;
        const bool in_maildir = is_maildir(here.path);
        for (const auto& entry : list(here.path))
            visit(entry, here.mail ? std::optional(Kind::message) : std::nullopt, in_maildir, folders);
        for (auto it = folders.rbegin(); it != folders.rend(); ++it) {
            const auto name = it->filename();
            pending.push_back(
                {std::move(*it), in_maildir && std::ranges::find(kMailFolders, name) != kMailFolders.end()});
        }
    }
}

}  // namespace

Result<Done> add_archive(Catalog& catalog, const fs::path& path, std::optional<Kind> forced) {
    std::error_code error;
    const auto status = fs::status(path, error);
    if (!fs::exists(status))
        return Error{ErrorKind::no_input,
                     "cannot read '" + path.native() + "': " + (error ? error.message() : "no such file or folder")};
    const std::size_t before = catalog.entries.size();
    const std::size_t files = catalog.files.size();
    const std::size_t problems = catalog.problems.size();
    Scan scan(catalog, forced);
    std::string kind = "tree";
    if (fs::is_directory(status)) {
        if (Scan::is_maildir(path)) kind = "maildir";
        scan.folder(path);
    } else {
        scan.file(path);
        if (catalog.files.size() > files) kind = name(catalog.files.back().kind);
    }
    // What was named and is no archive is a failure; an empty file may be an archive yet to grow.
    const bool nothing = catalog.problems.size() > problems && catalog.entries.size() == before;
    if (nothing && catalog.problems.back().name == path.native() && catalog.problems.back().what != kEmpty) {
        const Problem problem = std::move(catalog.problems.back());
        catalog.problems.pop_back();
        return Error{problem.kind, problem.name + ": " + problem.what};
    }
    const auto absolute = fs::weakly_canonical(path, error);
    catalog.archives.push_back({error ? path : absolute, kind, catalog.entries.size() - before});
    return Done{};
}

Result<RawMessage> EntryReader::read(const Entry& entry, std::uint64_t limit) {
    const File& file = catalog_.files[entry.file];
    if (!fd_ || open_file_ != entry.file) {
        auto fd = open_regular(file.path);
        if (!fd) return fd.error();
        fd_ = std::move(*fd);
        open_file_ = entry.file;
    }
    const bool large = entry.span.size > kMaxMessage;
    const auto size = std::min({entry.span.size, limit, large ? kKeptOfLarge : kMaxMessage});
    auto bytes = read_at(fd_.get(), entry.span.offset, size, file.path.native());
    if (!bytes) return bytes.error();
    if (file.kind == Kind::message && !is_separator(std::string_view(*bytes).substr(0, bytes->find('\n'))))
        return RawMessage{std::move(*bytes), large};
    return RawMessage{unframe(std::move(*bytes), file.kind == Kind::mbox), large};
}

}  // namespace patchseek::archive

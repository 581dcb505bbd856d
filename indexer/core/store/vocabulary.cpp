// SPDX-License-Identifier: GPL-2.0-or-later
#include "patchseek/store/vocabulary.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <utility>

#include "patchseek/base/digest.hpp"
#include "patchseek/schema/layout.hpp"
#include "patchseek/text/literal_finder.hpp"
#include "patchseek/tokens/analyzer.hpp"

namespace fs = std::filesystem;

namespace patchseek::store {
namespace {

// The file: a head of fixed size, then a line for each word: the word, a tab, its areas as four letters from 'A' on,
// four bits in each, the lowest first. The head ends with a line end, so that one stands before each word. A word holds
// neither: it is letters, digits and '_', folded, and where it was cut '~'.
constexpr std::string_view kMagic = "patchseek words 1 ";
constexpr std::size_t kLastDigits = 10, kSizeDigits = 20;
constexpr std::size_t kHead = kMagic.size() + kLastDigits + 1 + kSizeDigits + 1;
constexpr std::size_t kAreaLetters = 4;
static_assert(kVocabularyAreas <= 4 * kAreaLetters);
constexpr std::size_t kBuffer = std::size_t{1} << 20;

fs::path file_of(const fs::path& shard) { return shard / schema::layout::kVocabulary; }

std::string padded(std::uint64_t number, std::size_t digits) {
    const auto text = std::to_string(number);
    return std::string(digits - text.size(), '0') + text;
}

std::string head(std::uint32_t last, std::uint64_t size) {
    return std::string(kMagic) + padded(last, kLastDigits) + ' ' + padded(size, kSizeDigits) + '\n';
}

// The word whose line begins at `begin`; `end` is set behind its line.
VocabularyWord word_at(std::string_view lines, std::size_t begin, std::size_t& end) {
    const auto tab = std::min(lines.find('\t', begin), lines.size());
    end = std::min(tab + 1 + kAreaLetters + 1, lines.size());
    VocabularyWord out{lines.substr(begin, tab - begin), 0};
    for (std::size_t i = 0; i < kAreaLetters && tab + 1 + i < lines.size(); ++i)
        out.areas |= (static_cast<schema::Areas>(lines[tab + 1 + i] - 'A') & 0xFU) << (4 * i);
    return out;
}

}  // namespace

Result<std::optional<Vocabulary>> Vocabulary::open(const fs::path& shard, std::uint32_t last,
                                                   std::optional<std::uint32_t> sum) {
    const auto path = file_of(shard);
    auto file = MappedFile::open(path);
    if (!file && file.error().kind == ErrorKind::no_input) return std::optional<Vocabulary>();
    if (!file) return file.error();
    const Error damaged{ErrorKind::data,
                        "the index is damaged: '" + path.native() + "'; patchseek-index --compact mends it"};
    const auto bytes = file->bytes();
    if (!bytes.starts_with(kMagic) || bytes.size() < kHead || (sum && checksum(bytes) != *sum)) return damaged;
    const auto wanted = head(last, bytes.size());
    if (!bytes.starts_with(std::string_view(wanted).substr(0, kMagic.size() + kLastDigits)))
        return std::optional<Vocabulary>();
    if (!bytes.starts_with(wanted) || bytes.back() != '\n') return damaged;
    Vocabulary out(std::move(*file));
    // From the line end before the first word on.
    out.lines_ = bytes.substr(kHead - 1);
    return std::optional(std::move(out));
}

void Vocabulary::lines_with(std::string_view part, const Visit& visit) const {
    if (part.empty()) return words(visit);
    const text::LiteralFinder finder(part, text::LiteralFinder::Case::exact);
    text::LiteralHits hits(finder, lines_);
    std::size_t end = 0;  // of the last line
    for (auto at = hits.next(); at != lines_.npos; at = hits.next()) {
        const auto begin = part.front() == '\n' ? at + 1 : lines_.rfind('\n', at) + 1;
        if (begin < end) continue;
        if (!visit(word_at(lines_, begin, end))) return;
    }
}

void Vocabulary::with(std::string_view part, At at, const Visit& visit) const {
    std::string needle;
    if (at.begins) needle += '\n';
    needle += part;
    if (at.ends) needle += '\t';
    lines_with(needle, [&](const VocabularyWord& word) { return tokens::is_cut_word(word.text) || visit(word); });
}

void Vocabulary::cut_words(const Visit& visit) const { lines_with(std::string(1, tokens::Analyzer::kCut), visit); }

void Vocabulary::words(const Visit& visit) const {
    for (std::size_t begin = 1; begin < lines_.size();)
        if (!visit(word_at(lines_, begin, begin))) return;
}

struct VocabularyWriter::Impl {
    std::string name;
    UniqueFd fd;
    std::string buffer;
    std::uint64_t written = 0;

    Result<Done> flush() {
        auto done = write_all(fd.get(), buffer, name);
        written += buffer.size();
        buffer.clear();
        return done;
    }
};

VocabularyWriter::VocabularyWriter(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
VocabularyWriter::VocabularyWriter(VocabularyWriter&&) noexcept = default;
VocabularyWriter::~VocabularyWriter() = default;

Result<VocabularyWriter> VocabularyWriter::create(const fs::path& shard) {
    const auto path = file_of(shard);
    UniqueFd fd(::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666));
    if (!fd) return system_error("cannot create '" + path.native() + "'", errno);
    return VocabularyWriter(std::unique_ptr<Impl>(new Impl{path.native(), std::move(fd), head(0, 0)}));
}

Result<Done> VocabularyWriter::add(const VocabularyWord& word) {
    impl_->buffer.append(word.text) += '\t';
    for (std::size_t i = 0; i < kAreaLetters; ++i)
        impl_->buffer += static_cast<char>('A' + (word.areas >> (4 * i) & 0xFU));
    impl_->buffer += '\n';
    return impl_->buffer.size() < kBuffer ? Result<Done>(Done{}) : impl_->flush();
}

Result<Done> VocabularyWriter::finish(std::uint32_t last) {
    if (auto done = impl_->flush(); !done) return done;
    if (::lseek(impl_->fd.get(), 0, SEEK_SET) != 0) return system_error("cannot write '" + impl_->name + "'", errno);
    return write_all(impl_->fd.get(), head(last, impl_->written), impl_->name);
}

}  // namespace patchseek::store

// SPDX-License-Identifier: GPL-2.0-or-later
#include "patchseek/store/text_store.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <limits>
#include <map>
#include <new>
#include <optional>
#include <utility>
#include <vector>

#include "patchseek/base/binary.hpp"
#include "patchseek/base/parallel.hpp"
#include "patchseek/schema/layout.hpp"

namespace patchseek::store {
namespace {

constexpr std::size_t kBuffer = std::size_t{1} << 20;
/// Text files that a reader keeps open, each with half a megabyte of decoded texts or less.
constexpr std::size_t kMostOpen = 16;

}  // namespace

struct TextWriter::Impl {
    std::string name;
    std::uint32_t number;
    UniqueFd fd;
    TextGroupWriter group{};
    std::string buffer{};            ///< groups not yet written
    std::uint64_t offset = 0;        ///< of the group
    bool made = false;               ///< here, so that its folder is to be synced too
    std::optional<Error> failure{};  ///< a lost write shifts all that would follow: it stays

    Result<Done> fail(const Error& error) { return *(failure = error); }

    Result<Done> flush() {
        if (auto done = write_all(fd.get(), buffer, name); !done) return fail(done.error());
        buffer.clear();
        if (buffer.capacity() > 2 * kBuffer) buffer.shrink_to_fit();
        return Done{};
    }

    Result<Done> seal() {
        const std::size_t before = buffer.size();
        if (auto done = group.seal(buffer); !done) return fail(done.error());
        offset += buffer.size() - before;
        return buffer.size() >= kBuffer ? flush() : Done{};
    }
};

TextWriter::TextWriter(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
TextWriter::TextWriter(TextWriter&&) noexcept = default;
TextWriter& TextWriter::operator=(TextWriter&&) noexcept = default;
TextWriter::~TextWriter() = default;

Result<TextWriter> TextWriter::open(const std::filesystem::path& index, std::uint32_t number) {
    const auto file = text_file(index, number);
    UniqueFd fd(::open(file.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666));
    const off_t end = fd ? ::lseek(fd.get(), 0, SEEK_END) : -1;
    if (end < 0) {
        Error error = system_error("cannot create '" + file.native() + "'", errno);
        if (error.kind == ErrorKind::no_input) error.kind = ErrorKind::cannot_create;
        return error;
    }
    auto impl = std::unique_ptr<Impl>(new Impl{file.native(), number, std::move(fd)});
    impl->offset = static_cast<std::uint64_t>(end);
    impl->made = end == 0;
    return TextWriter(std::move(impl));
}

Result<TextLocation> TextWriter::append(const TextView& text) {
    if (impl_->failure) return *impl_->failure;
    if (!impl_->group.fits(text))
        if (auto done = impl_->seal(); !done) return done.error();
    const TextLocation location{impl_->number, impl_->offset, static_cast<std::uint32_t>(impl_->group.size())};
    auto done = impl_->group.add(text);
    // The memory of a huge message is not held longer than it must be.
    if (done && impl_->group.full()) done = impl_->seal();
    if (!done) return done.error();
    return location;
}

Result<Done> TextWriter::sync() {
    if (impl_->failure) return *impl_->failure;
    if (auto done = impl_->seal(); !done) return done;
    if (auto done = impl_->flush(); !done) return done;
    while (::fsync(impl_->fd.get()) < 0)
        if (errno != EINTR) {
            impl_->failure = system_error("cannot write '" + impl_->name + "'", errno);
            return *impl_->failure;
        }
    if (!std::exchange(impl_->made, false)) return Done{};
    return sync_path(std::filesystem::path(impl_->name).parent_path());
}

struct TextReader::Impl {
    struct Open {
        std::uint32_t number;
        UniqueFd fd;
        TextGroupReader group{};
    };
    using Read = Result<TextView> (TextGroupReader::*)(std::size_t number, const TextGroupReader::Fetch& fetch);

    std::filesystem::path index;
    std::vector<Open> files{};  // the last used last

    Result<Open*> file(std::uint32_t number) {
        const auto known = std::ranges::find(files, number, &Open::number);
        if (known != files.end()) {
            std::rotate(known, known + 1, files.end());
            return &files.back();
        }
        auto fd = open_regular(text_file(index, number));
        if (!fd) return fd.error();
        if (files.size() == kMostOpen) files.erase(files.begin());
        files.push_back({number, std::move(*fd)});
        return &files.back();
    }

    // Those of some files, as many as are kept open, all at once.
    void open_all(std::vector<std::uint32_t> numbers) {
        std::erase_if(numbers,
                      [&](auto number) { return std::ranges::find(files, number, &Open::number) != files.end(); });
        numbers.resize(std::min(numbers.size(), kMostOpen - files.size()));
        std::vector<UniqueFd> opened(numbers.size());
        at_once(numbers.size(), [&](std::size_t i) {
            auto fd = open_regular(text_file(index, numbers[i]));
            if (!fd) return;
            // No more than is asked for: what lies around it is seldom wanted.
            ::posix_fadvise(fd->get(), 0, 0, POSIX_FADV_RANDOM);
            opened[i] = std::move(*fd);
        });
        for (std::size_t i = 0; i < numbers.size(); ++i)
            if (opened[i]) files.push_back({numbers[i], std::move(opened[i])});
    }

    Result<TextView> view(const TextLocation& location, Read read) try {
        const auto open = file(location.file);
        if (!open) return open.error();
        const auto fetch = [&](std::uint64_t offset, std::size_t size) -> Result<std::string> {
            // Past the end of numbers there is nothing.
            if (offset > std::numeric_limits<std::uint64_t>::max() - location.offset) return std::string();
            return read_at((*open)->fd.get(), location.offset + offset, size, text_file(index, location.file).native());
        };
        (*open)->group.turn_to(location.offset);
        auto text = ((*open)->group.*read)(location.number, fetch);
        if (text || text.error().kind != ErrorKind::data) return text;
        return Error{ErrorKind::data, "'" + text_file(index, location.file).native() + "' is damaged at byte " +
                                          std::to_string(location.offset) + ", text " +
                                          std::to_string(location.number) +
                                          "; patchseek-index --rebuild makes it anew"};
    } catch (const std::bad_alloc&) {
        return system_error("cannot read texts", ENOMEM);
    }
};

TextReader::TextReader(const std::filesystem::path& index) : impl_(new Impl{index}) {}
TextReader::TextReader(TextReader&&) noexcept = default;
TextReader& TextReader::operator=(TextReader&&) noexcept = default;
TextReader::~TextReader() = default;

Result<Text> TextReader::read(const TextLocation& location) try {
    const auto text = view(location);
    if (!text) return text.error();
    return text->copy();
} catch (const std::bad_alloc&) {
    return system_error("cannot read texts", ENOMEM);
}

Result<TextView> TextReader::view(const TextLocation& location) {
    return impl_->view(location, &TextGroupReader::whole);
}

Result<TextView> TextReader::view_body(const TextLocation& location) {
    return impl_->view(location, &TextGroupReader::bodies);
}

void TextReader::read_ahead(std::span<const TextLocation> places, bool whole) {
    /// A group, and the texts of it that are wanted.
    struct Group {
        int fd = -1;
        std::vector<std::uint32_t> texts{};
    };
    std::map<std::pair<std::uint32_t, std::uint64_t>, Group> groups;
    std::vector<std::uint32_t> numbers;
    for (const TextLocation& place : places) {
        groups[{place.file, place.offset}].texts.push_back(place.number);
        if (std::ranges::find(numbers, place.file) == numbers.end()) numbers.push_back(place.file);
    }
    impl_->open_all(std::move(numbers));
    std::vector<std::pair<std::uint64_t, const Group*>> wanted;
    for (auto& [place, group] : groups) {
        const auto open = std::ranges::find(impl_->files, place.first, &Impl::Open::number);
        if (open == impl_->files.end()) continue;
        group.fd = open->fd.get();
        wanted.emplace_back(place.second, &group);
    }
    at_once(wanted.size(), [&](std::size_t i) {
        const auto offset = wanted[i].first;
        const Group* const group = wanted[i].second;
        const auto bytes = read_at(group->fd, offset, TextGroupHead::kMost, "");
        const auto head = bytes ? TextGroupHead::decode(*bytes) : std::nullopt;
        if (!head) return;
        const auto read = [&](const TextGroupHead::Frame& frame) {
            [[maybe_unused]] const auto some = read_at(group->fd, offset + frame.offset, frame.packed, "");
        };
        for (const TextGroupHead::Frame& frame : head->bodies)
            if (whole || std::ranges::any_of(group->texts, [&](auto number) {
                    return number >= frame.first && number < frame.first + frame.count;
                }))
                read(frame);
        if (whole) read(head->rests);
    });
}

std::filesystem::path text_file(const std::filesystem::path& index, std::uint32_t number) {
    return index / schema::layout::kTexts / schema::layout::numbered("", number);
}

std::string TextLocation::encode() const {
    std::string out;
    BinaryWriter writer(out);
    writer.big(file);
    writer.big(offset);
    writer.big(number);
    return out;
}

Result<TextLocation> TextLocation::decode(std::string_view bytes) {
    BinaryReader in(bytes);
    TextLocation location;
    location.file = in.big<std::uint32_t>();
    location.offset = in.big<std::uint64_t>();
    location.number = in.big<std::uint32_t>();
    if (!in.whole()) return Error{ErrorKind::data, "a place in the index is damaged"};
    return location;
}

}  // namespace patchseek::store

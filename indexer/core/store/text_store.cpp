#include "patchseek/store/text_store.hpp"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>
#include <zstd.h>

#include <algorithm>
#include <cerrno>
#include <limits>
#include <new>
#include <optional>
#include <utility>
#include <vector>

#include "patchseek/base/binary.hpp"
#include "patchseek/schema/layout.hpp"

namespace patchseek::store {
namespace {

constexpr int kLevel = 3;
constexpr std::size_t kBuffer = std::size_t{1} << 20;
/// Decoded bytes of one frame. A mail of the largest size that is read whole stays
/// far below; a damaged size must not make us allocate what it says.
constexpr std::size_t kMaxText = std::size_t{256} << 20;
constexpr std::size_t kKeep = std::size_t{8} << 20;
/// Text files that a reader keeps open.
constexpr std::size_t kMaxOpen = 64;

struct FreeContext {
    void operator()(ZSTD_CCtx* context) const { ZSTD_freeCCtx(context); }
    void operator()(ZSTD_DCtx* context) const { ZSTD_freeDCtx(context); }
};

// A buffer that one huge message has blown up is not kept that large for all others.
void reuse(std::string& buffer) {
    if (buffer.capacity() > kKeep)
        std::string().swap(buffer);
    else
        buffer.clear();
}

// What stands first in a frame.
enum BodyPlace : std::uint8_t { kBodyApart = 0, kBodyInRaw = 1 };

}  // namespace

void pack_text(const Text& text, std::string& out) {
    // Not std::string::find, which takes quadratic time on a mail made for that.
    const void* found = ::memmem(text.raw.data(), text.raw.size(), text.body.data(), text.body.size());
    BinaryWriter writer(out);
    writer.big<std::uint8_t>(found ? kBodyInRaw : kBodyApart);
    writer.varint(text.headers.size());
    writer.varint(text.body.size());
    writer.varint(text.raw.size());
    if (found) writer.varint(static_cast<std::uint64_t>(static_cast<const char*>(found) - text.raw.data()));
    writer.bytes(text.headers);
    if (!found) writer.bytes(text.body);
    writer.bytes(text.raw);
}

std::optional<TextView> unpack_text(std::string_view content) {
    BinaryReader in(content);
    const auto form = in.big<std::uint8_t>();
    const bool in_raw = form == kBodyInRaw;
    const auto headers_size = in.varint(), body_size = in.varint(), raw_size = in.varint();
    const auto body_at = in_raw ? in.varint() : 0;
    const auto headers = in.bytes(headers_size);
    auto body = in.bytes(in_raw ? 0 : body_size);
    const auto raw = in.bytes(raw_size);
    if (!in.whole() || form > kBodyInRaw) return std::nullopt;
    if (in_raw) {
        if (body_at > raw.size() || body_size > raw.size() - body_at) return std::nullopt;
        body = raw.substr(static_cast<std::size_t>(body_at), static_cast<std::size_t>(body_size));
    }
    return TextView{headers, body, raw};
}

struct TextWriter::Impl {
    std::string name;
    std::uint32_t number;
    UniqueFd fd;
    std::unique_ptr<ZSTD_CCtx, FreeContext> context{ZSTD_createCCtx()};
    std::string buffer{};            ///< frames not yet written
    std::uint64_t offset = 0;        ///< of the next frame
    std::string content{}, frame{};  ///< of the current message; kept for their memory
    bool made = false;               ///< here, so that its folder is to be synced too
    std::optional<Error> failure{};  ///< a lost write shifts all that would follow: it stays

    Result<Done> flush() {
        if (failure) return *failure;
        if (auto done = write_all(fd.get(), buffer, name); !done) {
            failure = done.error();
            return done;
        }
        reuse(buffer);
        return Done{};
    }

    Result<TextLocation> add(const Text& text) {
        if (text.headers.size() > kMaxText || text.body.size() > kMaxText || text.raw.size() > kMaxText)
            return too_large();
        reuse(content);
        pack_text(text, content);
        if (content.size() > kMaxText) return too_large();
        frame.resize(std::max(frame.size(), ZSTD_compressBound(content.size())));
        const std::size_t size =
            ZSTD_compress2(context.get(), frame.data(), frame.size(), content.data(), content.size());
        if (ZSTD_isError(size))
            return Error{ErrorKind::internal, std::string("cannot compress a message: ") + ZSTD_getErrorName(size)};
        auto location = put(std::string_view(frame).substr(0, size));
        if (frame.size() > kKeep) std::string().swap(frame);
        return location;
    }

    Result<TextLocation> put(std::string_view bytes) {
        const TextLocation location{number, offset, static_cast<std::uint32_t>(bytes.size())};
        buffer += bytes;
        offset += bytes.size();
        if (buffer.size() >= kBuffer)
            if (auto done = flush(); !done) return done.error();
        return location;
    }

    static Error too_large() { return Error{ErrorKind::data, "a message is too large to be stored"}; }
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
    if (!impl->context) return system_error("cannot compress messages", ENOMEM);
    impl->offset = static_cast<std::uint64_t>(end);
    impl->made = end == 0;
    ZSTD_CCtx_setParameter(impl->context.get(), ZSTD_c_compressionLevel, kLevel);
    ZSTD_CCtx_setParameter(impl->context.get(), ZSTD_c_checksumFlag, 1);
    return TextWriter(std::move(impl));
}

Result<TextLocation> TextWriter::append(const Text& text) {
    if (impl_->failure) return *impl_->failure;
    return impl_->add(text);
}

Result<TextLocation> TextWriter::append_frame(std::string_view frame) {
    if (impl_->failure) return *impl_->failure;
    return impl_->put(frame);
}

Result<Done> TextWriter::sync() {
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
    };
    std::filesystem::path index;
    std::vector<Open> files{};  // the last used last
    std::unique_ptr<ZSTD_DCtx, FreeContext> context{ZSTD_createDCtx()};
    std::string content{};

    Error damaged(const TextLocation& location) const {
        return Error{ErrorKind::data, "'" + text_file(index, location.file).native() + "' is damaged at byte " +
                                          std::to_string(location.offset) +
                                          "; index the archives again into a new folder"};
    }

    Result<int> file(std::uint32_t number) {
        const auto known = std::ranges::find(files, number, &Open::number);
        if (known != files.end()) {
            std::rotate(known, known + 1, files.end());
            return files.back().fd.get();
        }
        auto fd = open_regular(text_file(index, number));
        if (!fd) return fd.error();
        if (files.size() == kMaxOpen) files.erase(files.begin());
        files.push_back({number, std::move(*fd)});
        return files.back().fd.get();
    }
};

TextReader::TextReader(const std::filesystem::path& index) : impl_(new Impl{index}) {}
TextReader::TextReader(TextReader&&) noexcept = default;
TextReader& TextReader::operator=(TextReader&&) noexcept = default;
TextReader::~TextReader() = default;

Result<std::string> TextReader::read_frame(const TextLocation& location) {
    const auto fd = impl_->file(location.file);
    if (!fd) return fd.error();
    auto frame = read_at(*fd, location.offset, location.size, text_file(impl_->index, location.file).native());
    if (frame && frame->size() != location.size) return impl_->damaged(location);
    return frame;
}

Result<Text> TextReader::read(const TextLocation& location) try {
    const auto text = view(location);
    if (!text) return text.error();
    return text->copy();
} catch (const std::bad_alloc&) {
    return system_error("cannot read texts", ENOMEM);
}

Result<TextView> TextReader::view(const TextLocation& location) try {
    const auto frame = read_frame(location);
    if (!frame) return frame.error();
    if (!impl_->context) return system_error("cannot read texts", ENOMEM);
    const unsigned long long size = ZSTD_getFrameContentSize(frame->data(), frame->size());
    // Also true of the values that stand for "unknown" and "no frame".
    if (size > kMaxText) return impl_->damaged(location);
    reuse(impl_->content);
    impl_->content.resize(static_cast<std::size_t>(size));
    const std::size_t got = ZSTD_decompressDCtx(impl_->context.get(), impl_->content.data(), impl_->content.size(),
                                                frame->data(), frame->size());
    const auto text = got == size ? unpack_text(impl_->content) : std::nullopt;
    if (!text) return impl_->damaged(location);
    return *text;
} catch (const std::bad_alloc&) {
    return system_error("cannot read texts", ENOMEM);
}

std::filesystem::path text_file(const std::filesystem::path& index, std::uint32_t number) {
    return index / schema::layout::kTexts / schema::layout::numbered("", number);
}

std::string TextLocation::encode() const {
    std::string out;
    BinaryWriter writer(out);
    writer.big(file);
    writer.big(offset);
    writer.big(size);
    return out;
}

Result<TextLocation> TextLocation::decode(std::string_view bytes) {
    BinaryReader in(bytes);
    TextLocation location;
    location.file = in.big<std::uint32_t>();
    location.offset = in.big<std::uint64_t>();
    location.size = in.big<std::uint32_t>();
    if (!in.whole()) return Error{ErrorKind::data, "a place in the index is damaged"};
    return location;
}

}  // namespace patchseek::store

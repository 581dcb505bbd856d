#include "patchseek/store/text_store.hpp"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>
#include <zstd.h>

#include <cerrno>
#include <limits>
#include <new>

#include "store/text_frame.hpp"

namespace patchseek::store {
namespace {

constexpr int kLevel = 3;
constexpr std::size_t kBuffer = std::size_t{1} << 20;
/// Decoded bytes of one frame. A mail of the largest size that is read whole stays
/// far below; a damaged size must not make us allocate what it says.
constexpr std::size_t kMaxText = std::size_t{256} << 20;
constexpr std::size_t kKeep = std::size_t{8} << 20;

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

}  // namespace

struct TextWriter::Impl {
    std::string name;
    UniqueFd fd;
    std::unique_ptr<ZSTD_CCtx, FreeContext> context{ZSTD_createCCtx()};
    std::string buffer{};            ///< frames not yet written
    std::uint64_t offset = 0;        ///< of the next frame
    std::string content{}, frame{};  ///< of the current message; kept for their memory
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

    Result<Place> add(const Text& text) {
        if (text.headers.size() > kMaxText || text.body.size() > kMaxText || text.raw.size() > kMaxText)
            return too_large();
        reuse(content);
        pack(text, content);
        if (content.size() > kMaxText) return too_large();
        frame.resize(std::max(frame.size(), ZSTD_compressBound(content.size())));
        const std::size_t size =
            ZSTD_compress2(context.get(), frame.data(), frame.size(), content.data(), content.size());
        if (ZSTD_isError(size))
            return Error{ErrorKind::internal, std::string("cannot compress a message: ") + ZSTD_getErrorName(size)};
        const Place place{offset, static_cast<std::uint32_t>(size)};
        buffer.append(frame, 0, size);
        offset += size;
        if (frame.size() > kKeep) std::string().swap(frame);
        if (buffer.size() >= kBuffer)
            if (auto done = flush(); !done) return done.error();
        return place;
    }

    static Error too_large() { return Error{ErrorKind::data, "a message is too large to be stored"}; }
};

TextWriter::TextWriter(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
TextWriter::TextWriter(TextWriter&&) noexcept = default;
TextWriter& TextWriter::operator=(TextWriter&&) noexcept = default;
TextWriter::~TextWriter() = default;

Result<TextWriter> TextWriter::create(const std::filesystem::path& file) {
    UniqueFd fd(::open(file.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666));
    if (!fd) {
        Error error = system_error("cannot create '" + file.native() + "'", errno);
        if (error.kind == ErrorKind::io || error.kind == ErrorKind::no_input) error.kind = ErrorKind::cannot_create;
        return error;
    }
    auto impl = std::unique_ptr<Impl>(new Impl{file.native(), std::move(fd)});
    if (!impl->context) return system_error("cannot compress messages", ENOMEM);
    ZSTD_CCtx_setParameter(impl->context.get(), ZSTD_c_compressionLevel, kLevel);
    ZSTD_CCtx_setParameter(impl->context.get(), ZSTD_c_checksumFlag, 1);
    return TextWriter(std::move(impl));
}

Result<Place> TextWriter::append(const Text& text) {
    if (impl_->failure) return *impl_->failure;
    return impl_->add(text);
}

Result<Done> TextWriter::finish() {
    if (auto done = impl_->flush(); !done) return done;
    while (::fsync(impl_->fd.get()) < 0)
        if (errno != EINTR) {
            impl_->failure = system_error("cannot write '" + impl_->name + "'", errno);
            return *impl_->failure;
        }
    return Done{};
}

struct TextReader::Impl {
    std::string name;
    UniqueFd fd;
    std::unique_ptr<ZSTD_DCtx, FreeContext> context{ZSTD_createDCtx()};
    std::string content{};

    Error damaged(const Place& place) const {
        return Error{ErrorKind::data, "'" + name + "' is damaged at byte " + std::to_string(place.offset) +
                                          "; index the archives again into a new folder"};
    }
};

TextReader::TextReader(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
TextReader::TextReader(TextReader&&) noexcept = default;
TextReader& TextReader::operator=(TextReader&&) noexcept = default;
TextReader::~TextReader() = default;

Result<TextReader> TextReader::open(const std::filesystem::path& file) {
    auto fd = open_regular(file);
    if (!fd) return fd.error();
    auto impl = std::unique_ptr<Impl>(new Impl{file.native(), std::move(*fd)});
    if (!impl->context) return system_error("cannot read '" + file.native() + "'", ENOMEM);
    return TextReader(std::move(impl));
}

Result<Text> TextReader::read(const Place& place) try {
    const auto frame = read_at(impl_->fd.get(), place.offset, place.size, impl_->name);
    if (!frame) return frame.error();
    const unsigned long long size = ZSTD_getFrameContentSize(frame->data(), frame->size());
    // Also true of the values that stand for "unknown" and "no frame".
    if (frame->size() != place.size || size > kMaxText) return impl_->damaged(place);
    reuse(impl_->content);
    impl_->content.resize(static_cast<std::size_t>(size));
    const std::size_t got = ZSTD_decompressDCtx(impl_->context.get(), impl_->content.data(), impl_->content.size(),
                                                frame->data(), frame->size());
    auto text = got == size ? unpack(impl_->content) : std::nullopt;
    if (!text) return impl_->damaged(place);
    return std::move(*text);
} catch (const std::bad_alloc&) {
    return system_error("cannot read '" + impl_->name + "'", ENOMEM);
}

std::string Place::encode() const {
    std::string out;
    for (int shift = 56; shift >= 0; shift -= 8) out += static_cast<char>(offset >> shift & 0xFF);
    for (int shift = 24; shift >= 0; shift -= 8) out += static_cast<char>(size >> shift & 0xFF);
    return out;
}

Result<Place> Place::decode(std::string_view bytes) {
    if (bytes.size() != 12) return Error{ErrorKind::data, "a place in the index is damaged"};
    Place place;
    for (const char c : bytes.substr(0, 8)) place.offset = place.offset << 8 | static_cast<unsigned char>(c);
    for (const char c : bytes.substr(8)) place.size = place.size << 8 | static_cast<unsigned char>(c);
    return place;
}

}  // namespace patchseek::store

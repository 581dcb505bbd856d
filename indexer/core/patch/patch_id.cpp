// SPDX-License-Identifier: GPL-2.0-or-later
#include "patchseek/patch/patch_id.hpp"

#include <array>
#include <cstdint>

#include "line_shapes.hpp"
#include "patchseek/base/ascii.hpp"
#include "patchseek/base/digest.hpp"
#include "patchseek/base/encoding.hpp"

namespace patchseek::patch {
namespace {

constexpr std::size_t kSumSize = 20;
using Sum = std::array<unsigned char, kSumSize>;

/// SHA-1 over the parts of a patch, and the sum of them.
class Parts {
public:
    void add(std::string_view bytes) { hash_.add(bytes); }

    /// Without what git takes for white space.
    void add_dense(std::string_view line) {
        dense_.clear();
        for (const char c : line)
            if (c != ' ' && c != '\t' && c != '\r' && c != '\n') dense_ += c;
        add(dense_);
    }

    void end_part() {
        Sum part{};
        hash_.value(part.data());
        hash_.restart();
        unsigned carry = 0;
        for (std::size_t i = 0; i < kSumSize; ++i) {
            carry += static_cast<unsigned>(sum_[i]) + part[i];
            sum_[i] = static_cast<unsigned char>(carry & 0xff);
            carry >>= 8;
        }
    }

    /// The id in hex, and back to the beginning.
    std::string finish() {
        end_part();
        std::string id = hex(sum_);
        sum_.fill(0);
        return id;
    }

private:
    Hash hash_{Hash::Algorithm::sha1};
    Sum sum_{};
    std::string dense_;
};

/// Where in a run of diffs we are:
///
///     outside  --a file's `diff ` line-->               header
///     header   --@@-->                                  hunks
///     header   --Binary files, GIT binary patch-->      data
///     hunks    --next file's `diff ` line-->            header, in a new part
///     data     --next file's `diff ` line-->            header
///     any      --@@@, a file without `diff `, prose-->  outside
class Reader {
public:
    explicit Reader(std::string_view text) : text_(text) {}

    void read(const Line& line) {
        const bool new_file = line.file >= 0 && line.file != file_;
        if (line.file >= 0) file_ = line.file;
        const auto s = line.of(text_);
        if (new_file && !start_file(s)) return end_run();
        if (state_ == State::outside || (new_file && state_ == State::header)) return;
        if (line.file < 0) return outside_files(line);
        if (state_ == State::data) return;
        if (line.kind == LineKind::header)
            header(s);
        else if (line.kind == LineKind::hunk)
            hunk(s);
        else if (!is_remark(s))
            hunk_line(s);
    }
    std::vector<std::string> finish() && {
        end_run();
        return std::move(ids_);
    }

private:
    enum class State : std::uint8_t { outside, header, hunks, data };

    /// False: the file has no `diff ` line, and no run goes on or starts with it.
    bool start_file(std::string_view s) {
        if (!s.starts_with("diff ")) return false;
        if (state_ == State::hunks) {
            end_hunk();
            parts_.end_part();
        }
        if (state_ != State::data) parts_.add_dense(s);
        state_ = State::header;
        return true;
    }

    void outside_files(const Line& line) {
        // Blank lines stand in and behind the data of binary files.
        if (state_ == State::data && line.kind == LineKind::blank) return;
        end_run();
    }

    void header(std::string_view s) {
        if (s.starts_with("Binary files") || s.starts_with("GIT binary patch")) {
            parts_.add(old_blob_);
            parts_.add(new_blob_);
            parts_.end_part();
            state_ = State::data;
        } else if (eat(s, "index ")) {
            read_blobs(s);
        } else {
            parts_.add_dense(s);
        }
    }

    void read_blobs(std::string_view s) {
        const auto dots = s.find("..");
        if (dots == s.npos) return;
        old_blob_ = s.substr(0, dots);
        s.remove_prefix(dots + 2);
        new_blob_ = s.substr(0, s.find(' '));
    }

    void hunk(std::string_view s) {
        const auto counts = parse_hunk_header(s);
        broken_ = broken_ || !counts;  // of a context diff
        if (!counts || counts->parents != 1) return end_run();
        end_hunk();
        state_ = State::hunks;
        old_left_ = counts->old_lines[0];
        new_left_ = counts->new_lines;
    }

    void hunk_line(std::string_view s) {
        const char mark = s.empty() ? ' ' : s.front();
        broken_ = broken_ || (mark != ' ' && mark != '+' && mark != '-');  // mail wrapped or cut it
        if (mark != '+') old_left_ -= old_left_ > 0;
        if (mark != '-') new_left_ -= new_left_ > 0;
        parts_.add_dense(s);
    }

    void end_hunk() {
        broken_ = broken_ || old_left_ > 0 || new_left_ > 0;
        old_left_ = new_left_ = 0;
    }

    /// "\ No newline at end of file", in whatever language diff spoke.
    static bool is_remark(std::string_view s) { return s.starts_with("\\ ") && s.size() >= 12; }

    void end_run() {
        if (state_ == State::outside) return;
        end_hunk();
        auto id = parts_.finish();
        if (!broken_) ids_.push_back(std::move(id));
        broken_ = false;
        state_ = State::outside;
    }

    std::string_view text_;
    Parts parts_;
    std::vector<std::string> ids_;
    State state_ = State::outside;
    std::int32_t file_ = -1;
    std::uint32_t old_left_ = 0, new_left_ = 0;  ///< lines that the hunk asks for
    bool broken_ = false;                        ///< a hunk of this run did not get them
    std::string_view old_blob_, new_blob_;
};

}  // namespace

std::vector<std::string> patch_ids(std::string_view text, const std::vector<Line>& lines) {
    Reader reader(text);
    for (const Line& line : lines) reader.read(line);
    return std::move(reader).finish();
}

}  // namespace patchseek::patch

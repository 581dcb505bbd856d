// SPDX-License-Identifier: GPL-2.0-or-later
#include "patchseek/patch/diff.hpp"

#include <algorithm>
#include <unordered_set>

#include "file_names.hpp"
#include "line_shapes.hpp"
#include "patchseek/base/ascii.hpp"
#include "patchseek/patch/patch.hpp"

namespace patchseek::patch {
namespace {

/// The name behind `rename from ` and the like: alone on its line, quoted at need.
std::string whole_name(std::string_view s) {
    auto rest = s;
    auto name = eat_quoted_name(rest);
    return name && rest.empty() ? *std::move(name) : std::string(s);
}

/// Whether `---` and `+++` name two files, which only the bare diff of a renamed one does: backups that scripts compare
/// with (`x.c.orig`, `x.c~`) are named after the file.
bool is_renamed(const NamePair& names) {
    if (names.old_absent || names.new_absent || names.old_name.empty() || names.new_name.empty()) return false;
    const auto& a = names.old_name;
    const auto& b = names.new_name;
    return !a.starts_with(b) && !b.starts_with(a) && !are_one_file(a, b) && !a.ends_with('/' + b) &&
           !b.ends_with('/' + a);
}

/// The headers of one file as they come, made a FileChange at its end.
class FileHeaders {
public:
    void read(std::string_view line) {
        if (eat(line, "diff --git "))
            git_ = true, diff_line_ = line;
        else if (eat(line, "diff --cc ") || eat(line, "diff --combined "))
            combined_ = line;
        else if (line.starts_with("diff -"))
            plain_line_ = line;
        else if (eat(line, "Index: "))
            index_name_ = trim(line);
        else if (eat(line, "*** "))  // of diff -c, where "--- " is the new side
            context_ = true, keep_first(minus_, line);
        else if (eat(line, "--- "))
            keep_first(context_ ? plus_ : minus_, line);
        else if (eat(line, "+++ "))
            keep_first(plus_, line);
        else if (eat(line, "rename from ") || eat(line, "rename old "))
            old_ = line, op_ = Op::rename;
        else if (eat(line, "rename to ") || eat(line, "rename new "))
            new_ = line;
        else if (eat(line, "copy from "))
            old_ = line, op_ = Op::copy;
        else if (eat(line, "copy to "))
            new_ = line;
        else if (eat(line, "new file mode "))
            op_ = Op::create;
        else if (eat(line, "deleted file mode "))
            op_ = Op::remove;
        else if (line.starts_with("old mode ") || line.starts_with("mode "))
            mode_ = true;
        else if (line.starts_with("Binary files "))
            binary_ = true, differ_line_ = line;
        else if (line.starts_with("GIT binary patch"))
            binary_ = true;
        else if (const auto submodule = parse_submodule_line(line)) {
            submodule_ = submodule->path;
            if (submodule->created || submodule->removed) op_ = submodule->created ? Op::create : Op::remove;
        }
    }
    void count(LineKind kind) {
        hunks_ = hunks_ || kind == LineKind::hunk;
        adds_ += kind == LineKind::added;
        dels_ += kind == LineKind::removed;
    }
    FileChange finish(PrefixCutter& cutter) const;

private:
    static void keep_first(std::string_view& kept, std::string_view line) { kept = kept.data() ? kept : line; }
    NamePair names(PrefixCutter& cutter) const;
    NamePair differing_names(PrefixCutter& cutter) const;
    void set_names(FileChange& change, NamePair names) const;

    std::string_view diff_line_, combined_, plain_line_, index_name_, minus_, plus_, old_, new_, differ_line_,
        submodule_;
    Op op_ = Op::modify;
    bool git_ = false, context_ = false, mode_ = false, binary_ = false, hunks_ = false;
    std::uint32_t adds_ = 0, dels_ = 0;
};

NamePair FileHeaders::names(PrefixCutter& cutter) const {
    NamePair sides;
    if (minus_.data()) sides.old_name = read_side(minus_, sides.old_absent);
    if (plus_.data()) sides.new_name = read_side(plus_, sides.new_absent);
    if (git_) {
        auto pair = split_git_names(diff_line_);
        pair.old_absent = sides.old_absent;
        pair.new_absent = sides.new_absent;
        cutter.cut(pair, true);
        return pair;
    }
    if (!plain_line_.empty() && (sides.old_name.empty() || sides.new_name.empty())) {
        auto pair = split_plain_names(plain_line_);
        const bool fits = !plus_.data() || pair.new_name == sides.new_name || pair.old_name == sides.old_name;
        if (!pair.old_name.empty() && fits) {
            sides.old_name = std::move(pair.old_name);
            sides.new_name = std::move(pair.new_name);
        }
    }
    cutter.cut(sides, false);
    return sides;
}

/// `Binary files A and B differ`, all that GNU diff says of a binary file. A name may have an " and " in it: both sides
/// are one file, so what stands behind their first slashes is alike.
NamePair FileHeaders::differing_names(PrefixCutter& cutter) const {
    constexpr std::string_view kFront = "Binary files ", kMiddle = " and ", kEnd = " differ";
    NamePair pair;
    if (!differ_line_.ends_with(kEnd) || differ_line_.size() <= kFront.size() + kEnd.size()) return pair;
    const auto both = differ_line_.substr(kFront.size(), differ_line_.size() - kFront.size() - kEnd.size());
    auto middle = both.find(kMiddle);
    for (auto at = middle; at != both.npos; at = both.find(kMiddle, at + 1))
        if (are_one_file(both.substr(0, at), both.substr(at + kMiddle.size()))) middle = at;
    if (middle == both.npos) return pair;
    pair.old_name = read_side(both.substr(0, middle), pair.old_absent);
    pair.new_name = read_side(both.substr(middle + kMiddle.size()), pair.new_absent);
    cutter.cut(pair, false);
    return pair;
}

void FileHeaders::set_names(FileChange& change, NamePair names) const {
    if (!old_.empty() && !new_.empty()) {
        change.old = whole_name(old_);
        change.path = whole_name(new_);
        return;
    }
    if (!git_ && is_renamed(names)) {
        change.old = std::move(names.old_name);
        change.path = std::move(names.new_name);
        if (change.op == Op::modify) change.op = Op::rename;
        return;
    }
    const bool gone = names.new_name.empty() || (names.new_absent && !names.old_name.empty());
    change.path = gone ? std::move(names.old_name) : std::move(names.new_name);
    if (names.old_absent && change.op == Op::modify) change.op = Op::create;
    if (names.new_absent && change.op == Op::modify) change.op = Op::remove;
    // CVS names the bare file in --- and +++, and its path in Index.
    if (!index_name_.empty() && (change.path.empty() || index_name_.ends_with('/' + change.path)) &&
        (minus_.data() == nullptr || change.path.find('/') == change.path.npos))
        change.path = std::string(index_name_);
}

FileChange FileHeaders::finish(PrefixCutter& cutter) const {
    FileChange change;
    change.op = op_;
    change.binary = binary_;
    change.mode_changed = mode_;
    if (!combined_.empty())
        change.path = whole_name(combined_);
    else if (!submodule_.empty())
        change.path = std::string(submodule_);
    else if (differ_line_.data() && !git_ && plain_line_.empty()) {
        set_names(change, differing_names(cutter));
    } else {
        set_names(change, names(cutter));
    }
    if (change.path.size() > kMaxPath || change.old.size() > kMaxPath) change.path.clear();
    // A header that was cut off before its first hunk tells no numbers.
    const bool counted = hunks_ || (change.op != Op::modify && submodule_.empty()) || mode_;
    if (counted && !binary_) {
        change.adds = adds_;
        change.dels = dels_;
    }
    if (change.op == Op::modify && mode_ && !hunks_ && !binary_) change.op = Op::mode;
    return change;
}

/// `index 123..456 100644`, in a combined diff `index 123,456..789`.
void read_blobs(std::string_view line, std::unordered_set<std::string_view>& seen, std::vector<std::string>& blobs) {
    if (!eat(line, "index ")) return;
    line = line.substr(0, line.find(' '));
    while (!line.empty()) {
        std::size_t size = 0;
        while (size < line.size() && is_hex(line[size])) ++size;
        const auto id = line.substr(0, size);
        const bool null = id.find_first_not_of('0') == id.npos;
        if (size >= 4 && size <= 64 && !null && seen.insert(id).second) blobs.emplace_back(id);
        line.remove_prefix(size);
        if (line.empty() || (line.front() != '.' && line.front() != ',')) return;
        line.remove_prefix(1);
    }
}

}  // namespace

DiffFiles read_diff(std::string_view text, const std::vector<Line>& lines) {
    DiffFiles diff;
    PrefixCutter cutter;
    FileHeaders headers;
    std::unordered_set<std::string_view> seen;
    std::int32_t file = -1;
    for (const Line& line : lines) {
        if (line.file < 0) continue;
        if (line.file != file) {
            if (file >= 0) diff.files.push_back(headers.finish(cutter));
            if (diff.files.size() == kMaxFiles) return diff;
            headers = {};
            file = line.file;
        }
        if (line.kind == LineKind::header) {
            headers.read(line.of(text));
            read_blobs(line.of(text), seen, diff.blobs);
        } else {
            headers.count(line.kind);
        }
    }
    if (file >= 0) diff.files.push_back(headers.finish(cutter));
    return diff;
}

}  // namespace patchseek::patch

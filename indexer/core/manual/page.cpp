// SPDX-License-Identifier: GPL-2.0-or-later
#include "patchseek/manual/page.hpp"

#include <algorithm>

#include "patchseek/base/ascii.hpp"

namespace patchseek::manual {
namespace {

/// Lines of a man page's source, so that it can be read too.
constexpr std::size_t kSource = 68;

std::vector<std::string_view> lines_of(std::string_view text) {
    std::vector<std::string_view> out;
    while (!text.empty()) {
        const auto end = std::min(text.find('\n'), text.size());
        out.push_back(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return out;
}

Block::Kind kind_of(std::string_view line) {
    if (!line.starts_with(' ')) return Block::Kind::heading;
    if (line.starts_with("    ")) return Block::Kind::command;
    return line.substr(2).find("   ") != line.npos ? Block::Kind::table : Block::Kind::prose;
}

/// What groff would read as something else, written so that it does not.
std::string escaped(std::string_view text) {
    std::string out;
    bool begins = true;
    for (const char c : text) {
        if (begins && (c == '.' || c == '\'')) out += "\\&";
        begins = c == '\n';
        switch (c) {
            case '\\': out += "\\e"; break;
            case '-': out += "\\-"; break;
            case '\'': out += "\\(aq"; break;
            case '`': out += "\\(ga"; break;
            case '^': out += "\\(ha"; break;
            case '~': out += "\\(ti"; break;
            default: out += c;
        }
    }
    return out;
}

/// Prose for a page: in lines of source, then escaped line by line.
std::string prose_lines(std::string_view text) {
    std::string out;
    const std::string lines = filled(text, kSource, 0);
    for (const auto line : lines_of(lines)) (out += escaped(line)) += '\n';
    return out;
}

std::string upper(std::string_view text) {
    std::string out(text);
    for (char& c : out)
        if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
    return out;
}

}  // namespace

std::vector<Block> blocks(std::string_view text) {
    std::vector<Block> out;
    bool apart = true;
    for (const auto line : lines_of(text)) {
        if (line.empty()) {
            apart = true;
            continue;
        }
        const auto kind = kind_of(line);
        const std::size_t indent = kind == Block::Kind::heading ? 0 : kind == Block::Kind::command ? 4 : 2;
        const bool more = !apart && !out.empty() && out.back().kind == kind;
        if (more)
            (out.back().text += kind == Block::Kind::prose ? ' ' : '\n') += line.substr(indent);
        else
            out.push_back({kind, std::string(line.substr(indent))});
        apart = false;
    }
    return out;
}

std::string reflowed(std::span<const Block> blocks, std::size_t width) {
    std::string out;
    for (const Block& block : blocks) {
        switch (block.kind) {
            case Block::Kind::heading: (out += out.empty() ? "" : "\n") += filled(block.text, width, 0); break;
            case Block::Kind::prose: out += "  " + filled(block.text, width, 2, 2); break;
            default:
                for (const auto line : lines_of(block.text)) {
                    if (line.data() != block.text.data()) out += '\n';
                    (out += block.kind == Block::Kind::command ? "    " : "  ") += line;
                }
        }
        out += '\n';
    }
    return out;
}

std::vector<Block> section(std::span<const Block> blocks, std::string_view topic) {
    std::vector<Block> out;
    const std::string wanted = ' ' + lowered(topic);
    bool in = false;
    for (const Block& block : blocks) {
        if (block.kind == Block::Kind::heading)
            in = upper(block.text) == block.text && (' ' + lowered(block.text)).find(wanted) != std::string::npos;
        if (in) out.push_back(block);
    }
    return out;
}

std::string headings(std::span<const Block> blocks) {
    std::string out;
    for (const Block& block : blocks)
        if (block.kind == Block::Kind::heading && upper(block.text) == block.text)
            (out += out.empty() ? "" : ", ") += lowered(block.text);
    return out;
}

Page::Page(std::string_view name, int section, std::string_view title) {
    out_ = ".TH " + escaped(upper(name)) + ' ' + std::to_string(section) +
           " " PATCHSEEK_DATE " \"patchseek " PATCHSEEK_VERSION "\" \"" +
           (section == 1 ? "User Commands" : "Mail and patches") + "\"\n";
    out_ += ".SH NAME\n" + escaped(name) + " \\- " + escaped(title) + '\n';
}

Page& Page::heading(std::string_view text) {
    out_ += ".SH " + escaped(upper(text)) + '\n';
    return *this;
}

Page& Page::part(std::string_view text) {
    out_ += ".SS " + escaped(text) + '\n';
    return *this;
}

Page& Page::prose(std::string_view text) {
    // Behind a heading a page begins anew by itself.
    const auto last = out_.rfind('\n', out_.size() - 2);
    if (!std::string_view(out_).substr(last + 1).starts_with(".S")) out_ += ".PP\n";
    out_ += prose_lines(text);
    return *this;
}

Page& Page::item(std::string_view tag, std::string_view text) {
    out_ += ".TP\n.B " + escaped(tag) + '\n' + prose_lines(text);
    return *this;
}

Page& Page::verbatim(std::string_view lines) {
    const auto last = out_.rfind('\n', out_.size() - 2);
    if (!std::string_view(out_).substr(last + 1).starts_with(".S")) out_ += ".PP\n";
    out_ += ".in +4n\n.EX\n" + escaped(lines) + "\n.EE\n.in\n";
    return *this;
}

Page& Page::options(std::span<const Option> options) {
    std::string_view group;
    for (const Option& option : options) {
        if (option.hidden) continue;
        if (option.group != group) {
            group = option.group;
            part(upper(group.substr(0, 1)) + std::string(group.substr(1)));
        }
        item(typed(option), option.help);
    }
    return *this;
}

Page& Page::blocks(std::span<const Block> blocks) {
    for (const Block& block : blocks) {
        switch (block.kind) {
            case Block::Kind::heading: upper(block.text) == block.text ? heading(block.text) : prose(block.text); break;
            case Block::Kind::prose: prose(block.text); break;
            default: verbatim(block.text);
        }
    }
    return *this;
}

}  // namespace patchseek::manual

#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "query/parser.hpp"

/// libFuzzer entry: no query crashes the front end, every error has a place within
/// the query, the same query gives the same print, and every node lies within the
/// query and keeps what tree.hpp says of its children.

namespace query = patchseek::query;

namespace {

void require(bool holds) {
    if (!holds) std::abort();
}

void check_error(std::string_view text, const patchseek::Error& error) {
    require(error.offset <= text.size() && !error.message.empty());
    require(query::caret(text, error, "fuzz").size() < 16'384);
}

void check_near(const query::Node& node) {
    require(node.distance >= 1 && node.distance <= query::kMaxDistance);
    for (const query::Node& child : node.children) {
        require(child.kind == query::Node::Kind::word || child.kind == query::Node::Kind::phrase);
        require(query::is_text(child.field) && child.field == node.children.front().field);
    }
}

std::size_t check_node(std::string_view text, const query::Node& node, std::size_t depth) {
    using Kind = query::Node::Kind;
    require(depth <= query::kMaxDepth && node.begin <= node.end && node.end <= text.size());
    const std::size_t children = node.children.size();
    std::size_t nodes = 1;
    switch (node.kind) {
        case Kind::not_:
        case Kind::within: require(children == 1); break;
        case Kind::maybe: require(children == 2); break;
        case Kind::near: check_near(node); [[fallthrough]];
        case Kind::and_:
        case Kind::or_:
        case Kind::xor_: require(children >= 2); break;
        default: require(children == 0 && node.text_begin <= text.size()); break;
    }
    if (node.from && node.to && node.kind == Kind::range) require(*node.from <= *node.to);
    for (const query::Node& child : node.children) {
        require(child.kind != node.kind || child.children.empty() || node.kind == Kind::not_ ||
                node.kind == Kind::within || node.kind == Kind::maybe);
        require(child.kind != Kind::within || node.kind != Kind::within || child.unit > node.unit);
        nodes += check_node(text, child, depth + 1);
    }
    return nodes;
}

void check_parse(std::string_view text, bool any) {
    const query::ParseOptions options{.any = any, .now = 1'603'705'868};
    const auto once = query::parse(text, options);
    if (!once) return check_error(text, once.error());
    const auto twice = query::parse(text, options);
    require(twice && query::print(once->root) == query::print(twice->root));
    require(check_node(text, once->root, 1) <= query::kMaxNodes);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    const auto lexemes = query::lex(text);
    if (lexemes)
        require(query::print(*lexemes) == query::print(*query::lex(text)));
    else
        check_error(text, lexemes.error());
    check_parse(text, false);
    check_parse(text, true);
    return 0;
}

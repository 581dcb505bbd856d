#include "body.hpp"

#include <gmime/gmime.h>

#include <algorithm>
#include <cctype>
#include <memory>

#include "charset.hpp"
#include "limits.hpp"

namespace patchseek::mail {
namespace {

struct Unref {
    void operator()(void* object) const { g_object_unref(object); }
};
template <class T>
using Ref = std::unique_ptr<T, Unref>;

std::string lowered(std::string_view text) {
    std::string out(text);
    std::ranges::transform(out, out.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return out;
}

// CRLF and lone CR at line ends become LF; a CR inside a line stays.
std::string with_lf(std::string text) {
    if (text.find('\r') == text.npos) return text;
    std::string out;
    out.reserve(text.size());
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '\r') {
            std::size_t end = i;
            while (end < text.size() && text[end] == '\r') ++end;
            if (end == text.size() || text[end] != '\n') out.append(text, i, end - i);
            i = end - 1;
            continue;
        }
        out += text[i];
    }
    return out;
}

std::string bounded(std::string text, bool& truncated) {
    if (text.size() <= kMaxText) return text;
    truncated = true;
    auto cut = text.rfind('\n', kMaxText);
    text.resize(cut == text.npos ? kMaxText : cut + 1);
    return text;
}

// Whether a diff in `text` has lines that start with just one space. Many mailers
// call a patch flowed and send it as it is; one that flows it puts a space before
// the space of each context line (RFC 3676, 4.4).
bool has_plain_hunk(std::string_view text) {
    bool in_hunk = false;
    for (std::size_t pos = 0; pos < text.size();) {
        const auto end = std::min(text.find('\n', pos), text.size());
        const auto line = text.substr(pos, end - pos);
        if (in_hunk && line.size() > 1 && line[0] == ' ' && line[1] != ' ') return true;
        in_hunk = line.starts_with("@@ -") ||
                  (in_hunk && !line.empty() && std::string_view(" +-").find(line[0]) != line.npos);
        pos = end + 1;
    }
    return false;
}

std::string readable(std::string_view bytes, std::string_view type, std::string_view content_type) {
    std::string text = with_lf(to_utf8(bytes, parameter(content_type, "charset")));
    if (type == "text/html") return text_of_html(text);
    if (lowered(parameter(content_type, "format")) == "flowed" && !has_plain_hunk(text))
        return unflow(text, lowered(parameter(content_type, "delsp")) == "yes");
    return text;
}

// The boundary parameters of headers anywhere in `raw`, at most one more than
// allowed. Added lines of a patch to a mail program name some too, and are none.
std::vector<std::string> boundaries(std::string_view raw, std::string_view content_type) {
    std::vector<std::string> out{parameter(content_type, "boundary")};
    for (std::size_t pos = 0; pos < raw.size() && out.size() <= kMaxNesting;) {
        const auto end = std::min(raw.find('\n', pos), raw.size());
        const auto line = lowered(raw.substr(pos, std::min<std::size_t>(end - pos, 1000)));
        const bool header = line.starts_with("content-type:") || line.starts_with(' ') || line.starts_with('\t');
        const auto word = header ? line.find("boundary") : line.npos;
        const auto found = word == line.npos ? word : line.find('=', word);
        if (found != line.npos) {
            auto value = raw.substr(pos + found + 1, 100);
            value.remove_prefix(std::min(value.find_first_not_of(" \t"), value.size()));
            if (value.starts_with('"')) value.remove_prefix(1);
            out.emplace_back(value.substr(0, value.find_first_of("\"; \t\r\n")));
        }
        pos = end + 1;
    }
    return out;
}

// Bombs that would cost GMime time or memory far beyond their size: nesting, which
// needs a boundary for each level, and parts, which need a delimiter line each.
bool is_bomb(std::string_view raw, std::string_view content_type) {
    const auto marks = boundaries(raw, content_type);
    if (marks.size() > kMaxNesting) return true;
    std::size_t delimiters = 0, messages = 0;
    for (std::size_t pos = 0; pos < raw.size();) {
        const auto end = std::min(raw.find('\n', pos), raw.size());
        const auto line = raw.substr(pos, end - pos);
        delimiters += line.starts_with("--") && std::ranges::any_of(marks, [&](const std::string& mark) {
                          return !mark.empty() && line.substr(2).starts_with(mark);
                      });
        messages += line.size() < 200 && lowered(line).find("message/rfc822") != line.npos;
        pos = end + 1;
    }
    return messages > kMaxNesting || delimiters > kMaxParts;
}

// The parts of a MIME tree, gathered into one Body.
class Walker {
public:
    explicit Walker(Body& body) : body_(body) {}
    void walk(GMimeObject* object, std::size_t depth);
    void finish();

private:
    void part(GMimePart* part);
    void alternative(GMimeMultipart* multipart, std::size_t depth);
    static std::string content(GMimePart* part);
    static bool is_text_file(std::string_view type, std::string_view name);

    Body& body_;
    std::string html_;
    std::size_t parts_ = 0;
};

std::string Walker::content(GMimePart* part) {
    GMimeDataWrapper* wrapper = g_mime_part_get_content(part);
    if (!wrapper) return {};
    const Ref<GMimeStream> stream(g_mime_stream_mem_new());
    g_mime_data_wrapper_write_to_stream(wrapper, stream.get());
    const GByteArray* bytes = g_mime_stream_mem_get_byte_array(GMIME_STREAM_MEM(stream.get()));
    return {reinterpret_cast<const char*>(bytes->data), bytes->len};
}

bool Walker::is_text_file(std::string_view type, std::string_view name) {
    if (type.starts_with("text/") || type == "application/x-patch" || type == "application/x-diff") return true;
    return name.ends_with(".patch") || name.ends_with(".diff");
}

// Mailers that do not know `.patch` call it application/octet-stream.
bool holds_diff(std::string_view bytes) {
    if (bytes.find('\0') != bytes.npos || !is_utf8(bytes)) return false;
    return bytes.starts_with("diff ") || bytes.starts_with("--- ") || bytes.find("\n--- ") != bytes.npos;
}

void Walker::part(GMimePart* part) {
    if (++parts_ > kMaxParts) {
        body_.truncated = true;
        return;
    }
    GMimeContentType* content_type = g_mime_object_get_content_type(GMIME_OBJECT(part));
    const std::string media = content_type ? std::string(g_mime_content_type_get_media_type(content_type)) + '/' +
                                                 g_mime_content_type_get_media_subtype(content_type)
                                           : "text/plain";
    const auto type = lowered(media);
    const char* file = g_mime_part_get_filename(part);
    const std::string name = file ? to_utf8(file, "") : std::string();
    if (!name.empty()) body_.attachments.push_back(name);
    if (type.starts_with("application/pgp-") || type.starts_with("application/pkcs7-") ||
        type == "application/x-pkcs7-signature")
        return;
    const auto bytes = content(part);
    if (!is_text_file(type, name) && !(type == "application/octet-stream" && holds_diff(bytes))) return;
    const char* charset = content_type ? g_mime_content_type_get_parameter(content_type, "charset") : nullptr;
    const char* format = content_type ? g_mime_content_type_get_parameter(content_type, "format") : nullptr;
    const char* delsp = content_type ? g_mime_content_type_get_parameter(content_type, "delsp") : nullptr;
    const std::string described = std::string("x; charset=") + (charset ? charset : "") +
                                  "; format=" + (format ? format : "") + "; delsp=" + (delsp ? delsp : "");
    auto text = readable(bytes, type, described);
    if (type == "text/html") {
        html_ += text;
        return;
    }
    if (!body_.text.empty() && !body_.text.ends_with('\n')) body_.text += '\n';
    if (body_.text.size() < 2 * kMaxText) body_.text += text;
}

// Of alternatives, plain text; else the last one that says anything.
void Walker::alternative(GMimeMultipart* multipart, std::size_t depth) {
    const int count = g_mime_multipart_get_count(multipart);
    for (int i = 0; i < count; ++i) {
        GMimeObject* child = g_mime_multipart_get_part(multipart, i);
        GMimeContentType* type = g_mime_object_get_content_type(child);
        if (type && g_mime_content_type_is_type(type, "text", "plain")) return walk(child, depth + 1);
    }
    if (count > 0) walk(g_mime_multipart_get_part(multipart, count - 1), depth + 1);
}

void Walker::walk(GMimeObject* object, std::size_t depth) {
    if (depth > kMaxNesting) {
        body_.truncated = true;
        return;
    }
    if (GMIME_IS_MULTIPART(object)) {
        auto* multipart = GMIME_MULTIPART(object);
        GMimeContentType* type = g_mime_object_get_content_type(object);
        if (type && g_mime_content_type_is_type(type, "multipart", "alternative")) return alternative(multipart, depth);
        const bool is_signed = type && g_mime_content_type_is_type(type, "multipart", "signed");
        const int count = g_mime_multipart_get_count(multipart);
        for (int i = 0; i < (is_signed ? std::min(count, 1) : count); ++i)
            walk(g_mime_multipart_get_part(multipart, i), depth + 1);
    } else if (GMIME_IS_MESSAGE_PART(object)) {
        GMimeMessage* inner = g_mime_message_part_get_message(GMIME_MESSAGE_PART(object));
        if (!inner) return;
        if (const char* subject = g_mime_message_get_subject(inner))
            body_.text += std::string("Subject: ") + subject + "\n\n";
        if (GMimeObject* part = g_mime_message_get_mime_part(inner)) walk(part, depth + 1);
    } else if (GMIME_IS_PART(object)) {
        part(GMIME_PART(object));
    }
}

void Walker::finish() {
    if (body_.text.find_first_not_of(" \t\r\n") == body_.text.npos && !html_.empty()) {
        body_.text = std::move(html_);
        body_.html = true;
    }
}

std::string mime_headers(const HeaderBlock& header) {
    std::string out;
    for (const char* name : {"Content-Type", "Content-Transfer-Encoding", "Content-Disposition"})
        if (const auto value = header.find(name))
            out += std::string(name) + ": " + unfold(value->substr(0, kMaxHeader)) + "\n";
    return out + "\n";
}

bool decode_with_gmime(const HeaderBlock& header, std::string_view raw, Body& body) {
    const std::string headers = mime_headers(header);
    GByteArray* bytes =
        g_byte_array_sized_new(static_cast<guint>(headers.size() + raw.size()));  // the stream's from here on
    for (const std::string_view text : {std::string_view(headers), raw})
        g_byte_array_append(bytes, reinterpret_cast<const guint8*>(text.data()), static_cast<guint>(text.size()));
    const Ref<GMimeStream> stream(g_mime_stream_mem_new_with_byte_array(bytes));
    const Ref<GMimeParser> parser(g_mime_parser_new_with_stream(stream.get()));
    g_mime_parser_set_persist_stream(parser.get(), FALSE);
    GMimeObject* object = g_mime_parser_construct_part(parser.get(), nullptr);
    if (!object) return false;
    const Ref<GMimeObject> owner(object);
    Walker walker(body);
    walker.walk(object, 0);
    walker.finish();
    return true;
}

bool is_identity(std::string_view encoding) {
    return encoding.empty() || encoding == "7bit" || encoding == "8bit" || encoding == "binary";
}

}  // namespace

std::string parameter(std::string_view value, std::string_view name) {
    for (auto pos = value.find(';'); pos != value.npos; pos = value.find(';', pos + 1)) {
        auto rest = value.substr(pos + 1);
        rest.remove_prefix(std::min(rest.find_first_not_of(" \t\r\n"), rest.size()));
        if (!same_name(rest.substr(0, rest.find_first_of("=; \t")), name)) continue;
        rest.remove_prefix(std::min(rest.find_first_not_of(" \t\r\n", name.size()), rest.size()));
        if (!rest.starts_with('=')) continue;
        // Blanks around '=' are against the rule, and are seen.
        rest.remove_prefix(std::min(rest.find_first_not_of(" \t\r\n", 1), rest.size()));
        if (rest.starts_with('"')) return std::string(rest.substr(1, rest.find('"', 1) - 1));
        return std::string(rest.substr(0, rest.find_first_of("; \t\r\n")));
    }
    return {};
}

std::string unflow(std::string_view text, bool delete_space) {
    std::string out;
    out.reserve(text.size());
    bool joining = false;
    std::size_t depth = 0;
    for (std::size_t pos = 0; pos < text.size();) {
        const auto end = std::min(text.find('\n', pos), text.size());
        auto line = text.substr(pos, end - pos);
        pos = end + 1;
        const std::size_t quotes = std::min(line.find_first_not_of('>'), line.size());
        auto content = line.substr(quotes);
        const bool stuffed = content.starts_with(' ');
        if (stuffed) content.remove_prefix(1);
        if (joining && quotes != depth) {
            out += '\n';
            joining = false;
        }
        if (!joining) out.append(quotes, '>').append(quotes > 0 && stuffed ? " " : "");
        depth = quotes;
        const bool signature = content == "-- ";
        joining = content.ends_with(' ') && !signature;
        if (joining && delete_space) content.remove_suffix(1);
        out += content;
        if (!joining && (end < text.size())) out += '\n';
    }
    return out;
}

Body decode_body(const HeaderBlock& header, std::string_view raw) {
    Body body;
    body.truncated = raw.size() > kMaxEncoded;
    raw = raw.substr(0, kMaxEncoded);
    const std::string content_type = unfold(header.find("Content-Type").value_or("").substr(0, kMaxHeader));
    auto type = lowered(std::string_view(content_type).substr(0, content_type.find_first_of("; \t")));
    if (type.find('/') == type.npos) type = "text/plain";
    const auto encoding = lowered(unfold(header.find("Content-Transfer-Encoding").value_or("").substr(0, 100)));
    const bool multipart = type.starts_with("multipart/") || type == "message/rfc822";
    const bool simple = !multipart && is_identity(encoding);
    if (!simple) {
        const bool bomb = multipart && is_bomb(raw, content_type);
        if (bomb) {
            body.truncated = true;
            body.defects.emplace_back("too many MIME parts, kept as text");
        } else if (!decode_with_gmime(header, raw, body)) {
            body.defects.emplace_back("MIME structure cannot be read, kept as text");
        }
        const bool nothing =
            body.text.empty() && body.attachments.empty() && raw.find_first_not_of("\r\n\t ") != raw.npos;
        if (nothing && multipart && !bomb && body.defects.empty())
            body.defects.emplace_back("no text in any part, kept as text");
        if (nothing && multipart) body.text = readable(raw, "text/plain", "");
    } else if (type.starts_with("text/") || type == "application/octet-stream") {
        body.html = type == "text/html";
        body.text = readable(raw, type, content_type);
    } else if (const auto text = readable(raw, type, content_type); raw.find('\0') == raw.npos) {
        body.text = text;
    }
    body.text = bounded(std::move(body.text), body.truncated);
    return body;
}

}  // namespace patchseek::mail

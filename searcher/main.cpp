#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <ctime>
#include <new>

#include "batch.hpp"
#include "options.hpp"
#include "patchseek/base/exit_code.hpp"
#include "patchseek/base/file.hpp"
#include "patchseek/schema/schema.hpp"
#include "patchseek/text/visible.hpp"
#include "query/diagnostics.hpp"
#include "query/mailmap.hpp"
#include "render/output.hpp"
#include "render/pager.hpp"
#include "render/render.hpp"
#include "render/versions.hpp"
#include "search/search.hpp"
#include "watchdog.hpp"

using namespace patchseek;

namespace {

constexpr int kExitReaderGone = 128 + SIGPIPE;

void say(const std::string& text) {
    std::fputs(fmt::format("patchseek: {}\n", text::visible(text, text::Breaks::blank)).c_str(), stderr);
}

int fail(const Error& error) {
    say(error.message);
    return exit_code(error.kind);
}

int fail_at(const std::string& query, const Error& error) {
    std::fputs(fmt::format("{}", query::caret(query, error, "patchseek")).c_str(), stderr);
    return exit_code(error.kind);
}

/// Ends the output; `code` unless that fails.
int finish(render::Output& out, int code) {
    const auto done = out.finish();
    if (out.reader_gone()) return kExitReaderGone;
    return done ? code : fail(done.error());
}

render::Style style_of(const Options& options) {
    render::Style style;
    style.colour = render::want_colour(options.colour, STDOUT_FILENO);
    style.record_end = options.nul ? '\0' : '\n';
    struct winsize size {};
    if (::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0) style.width = size.ws_col;
    return style;
}

Result<Done> set_order(const std::string& sort, reader::Request& request) {
    if (sort == "relevance") return Done{};
    request.descending = sort.starts_with('-');
    const auto name = sort.substr(request.descending ? 1 : 0);
    const auto* field = schema::find_field(name);
    if (!field || field->slot < 0)
        return Error{ErrorKind::usage,
                     "cannot sort by '" + name +
                         "'; there are relevance, date, received, size, files, adds, dels, v, part, total"};
    request.order = reader::Order::value;
    request.slot = field->slot;
    return Done{};
}

reader::Lookup lookup_of(const Options& options) {
    if (options.count) return reader::Lookup::none;
    if (options.action == Options::Action::batch) return reader::Lookup::relations;
    switch (options.format) {
        case render::Format::jsonl:
        case render::Format::json: return reader::Lookup::relations;
        case render::Format::text: return reader::Lookup::credits;
        case render::Format::files: return reader::Lookup::paths;
        default: return reader::Lookup::none;
    }
}

Result<Done> read_mailmap(const std::filesystem::path& path, reader::Request& request) {
    if (path.empty()) return Done{};
    const auto text = read_file(path);
    if (!text) return text.error();
    tokens::Analyzer analyzer;
    auto mailmap = query::Mailmap::parse(*text, analyzer);
    if (!mailmap) return Error{mailmap.error().kind, "'" + path.native() + "': " + mailmap.error().message};
    request.mailmap = std::make_shared<const query::Mailmap>(std::move(*mailmap));
    return Done{};
}

Result<reader::Request> request_of(const Options& options) {
    reader::Request request;
    request.query = options.query;
    request.any = options.any;
    request.offset = options.offset;
    request.limit = options.limit;
    request.count = options.count;
    request.snippets = options.format == render::Format::text && !options.count;
    const bool exact = options.format == render::Format::raw || options.format == render::Format::mboxrd;
    request.texts = exact && !options.count;
    request.timeout = options.timeout;
    request.lookup = lookup_of(options);
    request.explain = options.explain;
    request.now = std::time(nullptr);
    if (auto done = read_mailmap(options.mailmap, request); !done) return done.error();
    if (auto done = set_order(options.sort, request); !done) return done.error();
    return request;
}

bool pages(const Options& options) {
    const bool human = options.format == render::Format::text || options.format == render::Format::oneline;
    return options.pager && human && !options.count && !options.nul;
}

/// What is to be said of an answer without hits.
void say_why(const reader::Answer& answer) {
    for (const auto& part : answer.parts)
        say(part.excluded ? fmt::format("without '{}', which leaves out {}; as text, write \"-{}\"", part.text,
                                        part.matches, part.text)
                          : fmt::format("'{}' alone finds {}", part.text, part.matches));
    for (const std::string& hint : answer.hints) say(hint);
    say(answer.page.matches > 0 ? fmt::format("only {} match; --offset is past the last", answer.page.matches)
                                : "nothing found");
}

Result<reader::Answer> search_in_time(search::Index& index, const reader::Request& request) {
    const Watchdog watchdog(request.timeout);
    return index.search(request);
}

int run_search(const Options& options) {
    auto request = request_of(options);
    if (!request) return fail(request.error());
    if (options.query_from_stdin) request->query = read_query(STDIN_FILENO);
    auto index = search::Index::open(options.index);
    if (!index) return fail(index.error());
    const auto answer = search_in_time(*index, *request);
    if (!answer) return fail_at(request->query, answer.error());
    for (const std::string& note : answer->notes) say(note);
    for (const std::string& stage : answer->stages)
        std::fputs(fmt::format("{}\n", text::visible(stage, text::Breaks::blank)).c_str(), stderr);
    if (answer->partial)
        say(fmt::format("stopped after {} s, there may be more; --timeout allows more time", options.timeout));
    const auto style = style_of(options);
    const bool found = options.count ? answer->page.matches > 0 : !answer->page.hits.empty();
    const int code = answer->partial ? kExitPartial : found ? kExitOk : kExitNoMatch;
    if (options.count) {
        render::Output out(STDOUT_FILENO);
        out.write(fmt::format("{}{}", answer->page.matches, style.record_end));
        return finish(out, code);
    }
    if (!found && !answer->partial) say_why(*answer);
    const render::Pager pager(found && pages(options));
    render::Output out(STDOUT_FILENO);
    // What went wrong shows in finish().
    [[maybe_unused]] const auto rendered = render::render(answer->page, options.format, style, out);
    return finish(out, code);
}

int run_lines(const Options& options) {
    const auto request = request_of(options);
    if (!request) return fail(request.error());
    auto index = search::Index::open(options.index);
    if (!index) return fail(index.error());
    render::Output out(STDOUT_FILENO);
    const int code = run_batch(*index, *request, out);
    return finish(out, code);
}

int run_show(const Options& options) {
    if (options.raw && ::isatty(STDOUT_FILENO) == 1)
        return fail(
            {ErrorKind::usage, "--raw writes exact bytes, which may hold anything: send it to a file or a pipe"});
    auto index = search::Index::open(options.index);
    if (!index) return fail(index.error());
    const auto hits = index->show(options.show_id);
    if (!hits) return fail(hits.error());
    if (hits->empty()) {
        say("no message has the id '" + options.show_id + "'");
        return kExitNoMatch;
    }
    const bool structured = options.format_given && options.format != render::Format::text;
    const render::Pager pager(options.pager && !options.raw && !structured);
    render::Output out(STDOUT_FILENO);
    reader::Page page;
    page.hits = *hits;
    if (options.raw || structured) {
        [[maybe_unused]] const auto done =
            render::render(page, options.raw ? render::Format::raw : options.format, style_of(options), out);
    } else {
        for (const reader::Hit& hit : *hits) {
            [[maybe_unused]] const auto done = render::render_message(hit, style_of(options), out);
        }
    }
    return finish(out, kExitOk);
}

std::string names_of(const std::vector<relations::Version>& versions) {
    std::string out;
    for (const relations::Version& version : versions) out += (out.empty() ? "" : ", ") + version.name();
    return out;
}

/// What keeps versions from being told; empty if nothing does.
std::string why_no_versions(const Options& options, const relations::History& history) {
    if (!history.found) return "no message has the id '" + options.versions_id + "'";
    if (!history.known && history.unrelated)
        return "the index does not know yet what series the message is of; it will when the indexer's run ends";
    if (!history.known) return "the message is in no series";
    if (!options.since_version) return {};
    const auto of = [&](const relations::Version& version) { return version.number == *options.since_version; };
    if (std::ranges::none_of(history.versions, of))
        return fmt::format("the series has no v{}; there are {}", *options.since_version, names_of(history.versions));
    if (of(history.versions.back())) return fmt::format("v{} is the newest version", *options.since_version);
    return {};
}

int run_versions(const Options& options) {
    auto index = search::Index::open(options.index);
    if (!index) return fail(index.error());
    const auto history = index->history(options.versions_id);
    if (!history) return fail(history.error());
    if (const auto why = why_no_versions(options, *history); !why.empty()) {
        say(why);
        return kExitNoMatch;
    }
    const render::Pager pager(options.pager && options.format == render::Format::text && !options.nul);
    render::Output out(STDOUT_FILENO);
    const auto& versions = history->versions;
    if (options.since_version) {
        const auto before = std::ranges::find(versions, *options.since_version, &relations::Version::number);
        [[maybe_unused]] const auto done =
            render::render_changes(*before, versions.back(), options.format, style_of(options), out);
    } else {
        [[maybe_unused]] const auto done = render::render_versions(versions, options.format, style_of(options), out);
    }
    return finish(out, kExitOk);
}

int run(int argc, char** argv) {
    const auto options = parse_options(argc, argv);
    if (!options) return fail(options.error());
    render::Output out(STDOUT_FILENO);
    switch (options->action) {
        case Options::Action::help: out.write(options->help); return finish(out, kExitOk);
        case Options::Action::version:
            out.write(fmt::format("patchseek {} (index schema {})\n", PATCHSEEK_VERSION, schema::kVersion));
            return finish(out, kExitOk);
        case Options::Action::show: return run_show(*options);
        case Options::Action::versions: return run_versions(*options);
        case Options::Action::batch: return run_lines(*options);
        case Options::Action::search: return run_search(*options);
    }
    return kExitInternal;
}

}  // namespace

int main(int argc, char** argv) try {
    reserve_standard_descriptors();
    raise_descriptor_limit();
    std::signal(SIGPIPE, SIG_IGN);
    return run(argc, argv);
} catch (const std::bad_alloc&) {
    say("out of memory");
    return kExitOs;
} catch (const std::exception& error) {
    say(error.what());
    return kExitInternal;
}

// SPDX-License-Identifier: GPL-2.0-or-later
#include <fmt/format.h>

#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <exception>
#include <new>

#include "hook.hpp"
#include "options.hpp"
#include "patchseek/base/exit_code.hpp"
#include "patchseek/base/file.hpp"
#include "patchseek/schema/schema.hpp"
#include "patchseek/text/visible.hpp"
#include "run/console.hpp"
#include "run/memory.hpp"
#include "run/run.hpp"
#include "sandbox/helper.hpp"
#include "storage/inspect.hpp"
#include "storage/replica.hpp"

using namespace patchseek;

namespace {

using Action = Options::Action;

constexpr std::size_t kMaxProblems = 20;

void say(const std::string& text) {
    std::fputs(fmt::format("patchseek-index: {}\n", text::visible(text, text::Breaks::blank)).c_str(), stderr);
}

/// Of what nobody thought of: what a person can do now.
void say_bug(const std::string& what) {
    say(what +
        "; this is a bug, and what was committed is safe: the next run goes on from there. If it ends so again, "
        "--check tells whether the index is whole, --rebuild makes it anew, and this line helps whoever mends "
        "the program (version " PATCHSEEK_VERSION ")");
}

int fail(const Error& error) {
    error.kind == ErrorKind::internal ? say_bug(error.message) : say(error.message);
    return exit_code(error.kind);
}

void say_problems(const std::vector<archive::Problem>& problems) {
    for (std::size_t i = 0; i < std::min(problems.size(), kMaxProblems); ++i)
        say(problems[i].name + ": " + problems[i].what);
    if (problems.size() > kMaxProblems) say(fmt::format("and {} more like these", problems.size() - kMaxProblems));
}

run::ProgressLine::Talk talk_of(const Options& options) {
    if (options.quiet) return run::ProgressLine::Talk::quiet;
    return options.verbose ? run::ProgressLine::Talk::verbose : run::ProgressLine::Talk::usual;
}

Result<run::Report> act(Action action, const run::Request& request) {
    switch (action) {
        case Action::update: return run::update_archives(request);
        case Action::remove: return run::remove_archives(request);
        case Action::compact: return run::compact_index(request);
        case Action::rebuild: return run::rebuild_index(request);
        case Action::join: return run::join_indexes(request, storage::Joining::copied);
        case Action::link: return run::join_indexes(request, storage::Joining::linked);
        default: return run::add_archives(request);
    }
}

std::string messages(std::uint64_t count) { return fmt::format("{} message{}", count, count == 1 ? "" : "s"); }

std::string summary(Action action, const run::Report& report, double seconds) {
    if (action == Action::compact) return fmt::format("compacted in {:.1f} s", seconds);
    if (action == Action::remove) return fmt::format("{} removed in {:.1f} s", messages(report.removed), seconds);
    if (action == Action::join || action == Action::link)
        return fmt::format("{} {} joined: {}, {} of them in more than one; {:.1f} s", report.archives,
                           report.archives == 1 ? "index" : "indexes", messages(report.added), report.known, seconds);
    const auto removed = report.removed > 0 ? fmt::format(", {} removed", report.removed) : std::string();
    const auto commits = report.repositories > 0 ? fmt::format(", {} new commits", report.commits) : std::string();
    return fmt::format("{} added, {} already there{}, {} damaged{}; {:.1f} MB in {:.1f} s", messages(report.added),
                       report.known, removed, report.damaged, commits, static_cast<double>(report.bytes) / 1e6,
                       seconds);
}

int code_of(const Options& options, const run::Report& report) {
    if (run::stopped_by() != 0) return 128 + run::stopped_by();
    if (!report.failures.empty()) return exit_code(report.failures.front().kind);
    return options.strict && !report.problems.empty() ? kExitData : kExitOk;
}

int run_writer(const Options& options) {
    const auto start = std::chrono::steady_clock::now();
    run::limit_memory(options.memory);
    // While there is one thread, and nothing of the index is open.
    if (const auto begun = sandbox::start(); !begun) return fail(begun.error());
    const struct Supervision {
        ~Supervision() { sandbox::stop(); }
    } supervision;
    if (const auto missing = sandbox::missing_protection(); options.verbose && !missing.empty())
        say("this kernel lacks " + missing + ": what reads archives is held back by limits alone");
    run::ProgressLine line(talk_of(options));
    run::Request request{options.index, options.archives, options.repositories, options.refs,      options.kind,
                         options.jobs,  options.memory,   options.commit_every, std::time(nullptr)};
    request.stop = &run::stop_on_signals();
    request.on_progress = [&](const storage::Progress& progress) { line.update(progress); };
    request.opening = {std::chrono::seconds(options.wait), options.shared, [](const std::string& text) { say(text); }};
    const auto report = act(options.action, request);
    line.clear();
    if (!report) return fail(report.error());
    for (const Error& failure : report->failures) fail(failure);
    say_problems(report->problems);
    if (report->archives + report->repositories == 0 && !report->failures.empty()) return code_of(options, *report);
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
    if (!options.quiet) say(summary(options.action, *report, took.count()));
    if (options.action == Action::update && report->added > 0 && !report->stopped)
        if (const auto wrong = run_hook(options.hook, options.index, report->added); !wrong.empty()) say(wrong);
    const bool whole_or_not =
        options.action == Action::rebuild || options.action == Action::join || options.action == Action::link;
    if (report->stopped && whole_or_not)
        say("stopped; the index is as it was");
    else if (report->stopped)
        say("stopped; what was read so far is in the index, and the next run goes on from there");
    return code_of(options, *report);
}

int run_status(const Options& options) {
    int code = kExitOk;
    for (const std::filesystem::path& index : options.indexes) {
        const auto status = storage::status(index);
        if (!status) {
            code = fail(status.error());
            continue;
        }
        std::string text =
            options.json ? storage::as_json(*status) : text::visible(storage::as_text(*status), text::Breaks::keep);
        if (!options.json && &index != &options.indexes.front()) text.insert(0, "\n");
        if (std::fwrite(text.data(), 1, text.size(), stdout) != text.size()) return kExitIo;
    }
    return code;
}

int run_check(const Options& options) {
    const auto findings = storage::check(options.index);
    if (!findings) return fail(findings.error());
    say_problems(findings->problems);
    if (findings->problems.empty()) {
        if (!options.quiet)
            say(fmt::format("{} messages in {} shards, all whole", findings->messages, findings->shards));
        return kExitOk;
    }
    say("the index is damaged; " + store::way_out(options.index));
    return kExitNoMatch;
}

int run_publish(const Options& options) {
    const storage::Opening opening{std::chrono::seconds(options.wait), options.shared,
                                   [](const std::string& text) { say(text); }};
    const auto done = storage::replicate(options.index, options.target, opening);
    if (!done) return fail(done.error());
    if (!options.quiet)
        say(fmt::format("generation {} published: {} files copied, {:.1f} MB", done->generation, done->files,
                        static_cast<double>(done->bytes) / 1e6));
    return kExitOk;
}

int guarded_main(int argc, char** argv) {
    const auto options = parse_options(argc, argv);
    if (!options) return fail(options.error());
    // Mail is private; and what others may write, they may prepare.
    if (!options->shared) ::umask(077);
    switch (options->action) {
        case Action::help: fmt::print("{}", options->help); return kExitOk;
        case Action::version:
            fmt::print("patchseek-index {} (index schema {})\n", PATCHSEEK_VERSION, schema::kVersion);
            return kExitOk;
        case Action::status: return run_status(*options);
        case Action::check: return run_check(*options);
        case Action::publish: return run_publish(*options);
        default: return run_writer(*options);
    }
}

/// Xapian 1.4.22 throws out of a destructor when the disk gets full during some commits, and nothing can catch
/// that. What was committed is safe: it is an end like any other for a full disk, and no crash.
[[noreturn]] void on_terminate() {
    const int reason = errno;
    try {
        if (const auto exception = std::current_exception()) std::rethrow_exception(exception);
    } catch (const std::bad_alloc&) {
        std::fputs("patchseek-index: out of memory\n", stderr);
        ::_exit(kExitOs);
    } catch (...) {
    }
    for (const int number : {ENOSPC, EDQUOT, EFBIG, EIO})
        if (reason == number) {
            say(std::string("cannot write the index: ") + std::strerror(reason));
            ::_exit(kExitIo);
        }
    std::abort();
}

}  // namespace

int main(int argc, char** argv) try {
    std::set_terminate(on_terminate);
    run::stop_on_signals();
    reserve_standard_descriptors();
    raise_descriptor_limit();
    std::signal(SIGXFSZ, SIG_IGN);  // a write over the limit fails then, and says so
    int code = guarded_main(argc, argv);
    if (std::fflush(stdout) != 0 || std::fclose(stdout) != 0) {
        say("cannot write the answer");
        if (code == kExitOk) code = kExitIo;
    }
    return code;
} catch (const std::bad_alloc&) {
    say("out of memory");
    return kExitOs;
} catch (const std::exception& error) {
    say_bug(error.what());
    return kExitInternal;
}

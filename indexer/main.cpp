#include <fmt/format.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <csignal>
#include <cstdio>

#include "index/indexer.hpp"
#include "index/status.hpp"
#include "options.hpp"
#include "patchseek/base/exit_code.hpp"
#include "patchseek/base/visible.hpp"
#include "patchseek/schema/schema.hpp"

using namespace patchseek;

namespace {

constexpr std::size_t kMaxProblems = 20;

void say(const std::string& text) { fmt::print(stderr, "patchseek-index: {}\n", visible(text, Breaks::blank)); }

int fail(const Error& error) {
    say(error.message);
    return exit_code(error.kind);
}

/// A line that is rewritten in place on a terminal, and nothing anywhere else.
class ProgressLine {
public:
    explicit ProgressLine(bool wanted) : shown_(wanted && ::isatty(STDERR_FILENO) == 1) {}
    ~ProgressLine() {
        if (drawn_) fmt::print(stderr, "\r\x1b[K");
    }
    void update(const index::Progress& progress) {
        if (!shown_) return;
        const auto now = std::chrono::steady_clock::now().time_since_epoch().count();
        auto last = last_.load();
        // Whoever wins draws; the others go on with their work.
        if (now - last < kInterval || !last_.compare_exchange_strong(last, now)) return;
        drawn_ = true;
        fmt::print(stderr, "\r\x1b[Kindexing: {} of {} messages", progress.done, progress.total);
    }

private:
    static constexpr std::int64_t kInterval = 200'000'000;  // nanoseconds
    bool shown_;
    std::atomic<bool> drawn_ = false;
    std::atomic<std::int64_t> last_ = 0;
};

void say_problems(const std::vector<archive::Problem>& problems) {
    for (std::size_t i = 0; i < std::min(problems.size(), kMaxProblems); ++i)
        say(problems[i].name + ": " + problems[i].what);
    if (problems.size() > kMaxProblems) say(fmt::format("and {} more like these", problems.size() - kMaxProblems));
}

int run_index(const Options& options) {
    const auto start = std::chrono::steady_clock::now();
    Result<index::Report> report = index::Report{};
    {
        ProgressLine line(!options.quiet);
        const index::Request request{options.index, options.archives, options.kind, options.jobs, std::time(nullptr)};
        report = index::add_archives(request, [&](const index::Progress& progress) { line.update(progress); });
    }
    if (!report) return fail(report.error());
    for (const Error& failure : report->failures) say(failure.message);
    say_problems(report->problems);
    if (report->failures.size() == options.archives.size()) return exit_code(report->failures.front().kind);
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
    if (!options.quiet)
        say(fmt::format("{} messages added, {} already there, {} damaged; {:.1f} MB in {:.1f} s", report->added,
                        report->known, report->damaged, static_cast<double>(report->bytes) / 1e6, took.count()));
    if (!report->failures.empty()) return exit_code(report->failures.front().kind);
    if (options.strict && !report->problems.empty()) return kExitData;
    return kExitOk;
}

int run_status(const Options& options) {
    const auto status = index::status(options.index);
    if (!status) return fail(status.error());
    const std::string text = options.json ? index::as_json(*status) : visible(index::as_text(*status), Breaks::keep);
    return std::fwrite(text.data(), 1, text.size(), stdout) == text.size() ? kExitOk : kExitIo;
}

int run(int argc, char** argv) {
    const auto options = parse_options(argc, argv);
    if (!options) return fail(options.error());
    switch (options->action) {
        case Options::Action::help: fmt::print("{}", options->help); return kExitOk;
        case Options::Action::version:
            fmt::print("patchseek-index {} (index schema {})\n", PATCHSEEK_VERSION, schema::kVersion);
            return kExitOk;
        case Options::Action::status: return run_status(*options);
        case Options::Action::index: return run_index(*options);
    }
    return kExitInternal;
}

}  // namespace

int main(int argc, char** argv) try {
    reserve_standard_descriptors();
    int code = run(argc, argv);
    if (std::fflush(stdout) != 0 || std::fclose(stdout) != 0) {
        say("cannot write the answer");
        if (code == kExitOk) code = kExitIo;
    }
    return code;
} catch (const std::bad_alloc&) {
    say("out of memory");
    return kExitOs;
} catch (const std::exception& error) {
    say(error.what());
    return kExitInternal;
}

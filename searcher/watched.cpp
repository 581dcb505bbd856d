// SPDX-License-Identifier: GPL-2.0-or-later
#include "watched.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <csignal>
#include <memory>
#include <string_view>
#include <utility>
#include <vector>

#include "common.hpp"
#include "copies.hpp"
#include "patchseek/base/exit_code.hpp"
#include "patchseek/base/file.hpp"
#include "patchseek/store/inventory.hpp"
#include "reader/deadline.hpp"
#include "reader/sources.hpp"

namespace patchseek {
namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

constexpr milliseconds kTick{50};

/// Copies that ask the servers of indexes for something, over and over.
class Probes {
public:
    Probes(std::vector<fs::path> indexes, milliseconds patience) : patience_(patience) {
        for (fs::path& index : indexes) all_.push_back({std::move(index)});
    }
    /// Begins those that are due; `time` is that of the answer.
    void step(milliseconds time) {
        for (One& one : all_) {
            std::array<char, 64> told;
            while (one.copy && ::read(one.from.get(), told.data(), told.size()) > 0) one.last = time;
            if (one.copy && one.copy->has_ended()) one.copy.reset();
            if (!one.copy && time >= one.last + patience_) begin(one, time);
        }
    }
    /// An index whose server has not answered for as long as it is waited for.
    const fs::path* hanging(milliseconds time) const {
        const auto hangs = [&](const One& one) {
            return one.copy && time >= one.last + patience_ && !one.copy->waits_for_processor();
        };
        const auto found = std::ranges::find_if(all_, hangs);
        return found == all_.end() ? nullptr : &found->index;
    }

private:
    struct One {
        fs::path index;
        std::unique_ptr<Copy> copy{};
        UniqueFd from{};
        milliseconds last{0};  ///< when it answered
    };
    static void begin(One& one, milliseconds time) {
        std::array<int, 2> ends{};
        one.last = time;
        if (::pipe2(ends.data(), O_CLOEXEC) != 0) return;
        one.from = UniqueFd(ends[0]);
        UniqueFd to(ends[1]);
        ::fcntl(ends[0], F_SETFL, O_NONBLOCK);
        one.copy = std::make_unique<Copy>([&] {
            for (const int own : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) ::close(own);
            reader::ask_server(one.index, [&] { [[maybe_unused]] const auto put = ::write(to.get(), ".", 1); });
            return 0;
        });
        if (!one.copy->made()) one.copy.reset();
    }

    std::vector<One> all_;
    milliseconds patience_;
};

volatile std::sig_atomic_t interrupted = 0;
extern "C" void note_interrupt(int number) { interrupted = number; }

/// While it lives, an interrupt is the copy's to take, which may have a pager before it that does not end by one.
class Interrupts {
public:
    Interrupts() {
        interrupted = 0;
        struct sigaction action {};
        action.sa_handler = note_interrupt;
        for (std::size_t i = 0; i < kNumbers.size(); ++i) {
            ::sigaction(kNumbers[i], nullptr, &before_[i]);
            if (before_[i].sa_handler != SIG_IGN) ::sigaction(kNumbers[i], &action, nullptr);
        }
    }
    ~Interrupts() { restore(); }
    Interrupts(const Interrupts&) = delete;
    Interrupts& operator=(const Interrupts&) = delete;
    void restore() const {
        for (std::size_t i = 0; i < kNumbers.size(); ++i) ::sigaction(kNumbers[i], &before_[i], nullptr);
    }

private:
    static constexpr std::array<int, 2> kNumbers{SIGINT, SIGQUIT};
    std::array<struct sigaction, 2> before_{};
};

/// Indexes that did not answer, and when that was.
struct Absent {
    fs::path index;
    Error why;
    Clock::time_point when;
};
std::vector<Absent>& absent() {
    static std::vector<Absent> all;
    return all;
}

reader::Sources::Absent absent_of(const Options& options) {
    constexpr auto kForgotten = std::chrono::seconds(15);
    std::erase_if(absent(), [&](const Absent& one) { return Clock::now() - one.when > kForgotten; });
    reader::Sources::Absent out;
    for (const Absent& one : absent())
        if (std::ranges::find(options.indexes, one.index) != options.indexes.end()) out.emplace(one.index, one.why);
    return out;
}

/// Where the indexes lie that this copy reads; empty where that is not known.
std::vector<std::string>& watched_folders() {
    static std::vector<std::string> all;
    return all;
}

// Called where a read of a file fails.
void blame_index_of(int fd) {
    std::array<char, 4096> path{};
    const auto name = "/proc/self/fd/" + std::to_string(fd);
    const auto size = ::readlink(name.c_str(), path.data(), path.size());
    if (size <= 0) return;
    const std::string_view file(path.data(), static_cast<std::size_t>(size));
    const auto& folders = watched_folders();
    for (std::size_t i = 0; i < folders.size(); ++i)
        if (!folders[i].empty() && file.starts_with(folders[i])) reader::pulse().failing = static_cast<int>(i) + 1;
}

void know_folders(const std::vector<fs::path>& indexes, const reader::Sources::Absent& but) {
    for (const fs::path& index : indexes) {
        std::error_code error;
        const auto folder = but.contains(index) ? fs::path() : fs::canonical(index, error);
        watched_folders().push_back(folder.empty() ? "" : folder.native() + '/');
    }
    store::on_failed_read(blame_index_of);
}

bool failed_reading(int code) {
    return code == kExitIo || code == kExitData || code == kExitInternal || code == kExitPermission;
}

class Watch {
public:
    Watch(const Options& options, const Watched& watched)
        : options_(options),
          watched_(watched),
          limit_(options.timeout * std::size_t{1000}),
          patience_(options.timeout == 0 ? kPatience : std::clamp(limit_ / 4, kLeast, kPatience)) {}

    int run() {
        for (bool again = true;;) {
            left_out_ = absent_of(options_);
            if (left_out_.size() == options_.indexes.size()) return none_left();
            pulse_->quiet = again && options_.indexes.size() > 1;
            const int code = attempt();
            if (code != kAgain) return code;
            again = again && !only_loud_;
        }
    }

private:
    static constexpr int kAgain = -1;
    static constexpr milliseconds kLeast{500}, kPatience{5000};

    bool several() const { return options_.indexes.size() > 1; }
    void say_here(const std::string& text) const {
        if (!watched_.silent) complain(text);
    }
    int none_left() const {
        std::string message = several() ? "no index can be read" : "";
        for (const auto& [index, why] : left_out_) message += (message.empty() ? "" : "; ") + why.message;
        return watched_.lost({ErrorKind::io, message}, kExitUnavailable);
    }
    static Error no_answer(const fs::path& index) {
        return {ErrorKind::io, "index '" + index.native() + "' does not answer"};
    }
    static Error cannot_be_read(const fs::path& index, const std::string& why) {
        return {ErrorKind::io, "index '" + index.native() + "': " + (why.empty() ? "cannot be read" : why)};
    }
    int leave_out(const fs::path& index, Error why) {
        absent().push_back({index, why, Clock::now()});
        if (!pulse_->written) return kAgain;
        say_here("not searched: " + why.message);
        return kExitPartial;
    }

    /// Runs it once; the exit code, or kAgain.
    int attempt() {
        // One pipe for both keeps what is written in its order.
        const bool one = !watched_.sink && are_one_pipe(STDOUT_FILENO, STDERR_FILENO);
        Relay out(STDOUT_FILENO, watched_.sink), told(one ? -1 : STDERR_FILENO, nullptr);
        const Interrupts interrupts;
        const auto begin = Clock::now() - time_;
        pulse_->doing = nullptr;
        pulse_->failing = 0;
        pulse_->begin = std::chrono::nanoseconds(begin.time_since_epoch()).count();
        Copy copy([&] {
            interrupts.restore();
            out.take_place();
            told.take_place();
            if (one) ::dup2(STDOUT_FILENO, STDERR_FILENO);
            reader::set_pulse(*pulse_);
            leave_out_indexes(left_out_);
            if (several()) know_folders(options_.indexes, left_out_);
            return watched_.body(options_);
        });
        if (!copy.made()) return watched_.body(options_);
        out.begin();
        told.begin();
        std::vector<fs::path> asked = options_.indexes;
        std::erase_if(asked, [&](const fs::path& index) { return left_out_.contains(index); });
        Probes probes(asked, patience_);
        if (const auto ended = wait(copy, out, told, probes)) return *ended;
        return end_of(copy);
    }
    /// The exit code where the copy did not end by itself, or kAgain.
    std::optional<int> wait(Copy& copy, Relay& out, Relay& told, Probes& probes) {
        auto last = Clock::now();
        while (!step(copy, out, told)) {
            const auto now = Clock::now();
            auto passed = std::chrono::duration_cast<milliseconds>(now - last);
            last = now;
            // It stood still, or the machine did.
            if (passed > milliseconds(2000)) passed = kTick;
            if (pulse_->waiting == 0 && !out.waits() && !told.waits()) time_ += passed;
            if (watched_.given_up && watched_.given_up()) return kExitBusy;
            if (interrupted != 0 && pulse_->waiting == 0 && ++since_interrupt_ > 4) return die_of(interrupted);
            probes.step(time_);
            const auto* hangs = probes.hanging(time_);
            if (hangs && several()) return leave_out(*hangs, no_answer(*hangs));
            if (limit_.count() > 0 && time_ > limit_ + milliseconds(1300)) return late(hangs);
        }
        return std::nullopt;
    }
    /// Waits a while; whether the copy has ended and all that it wrote is handed on.
    static bool step(Copy& copy, Relay& out, Relay& told) {
        std::array<struct pollfd, 3> wanted{out.wanted(), told.wanted(), {copy.descriptor(), POLLIN, 0}};
        const auto tick = copy.descriptor() < 0 ? milliseconds(2) : kTick;
        if (::poll(wanted.data(), wanted.size(), static_cast<int>(tick.count())) < 0) return false;
        const bool ended = copy.has_ended();
        bool more = out.step();
        more = told.step() || more;
        return ended && !more && !out.waits() && !told.waits();
    }
    int late(const fs::path* hangs) {
        if (pulse_->written) {
            say_here("out of time; --timeout allows more");
            return pulse_->answered ? kExitPartial : kExitBusy;
        }
        if (hangs) {
            absent().push_back({*hangs, no_answer(*hangs), Clock::now()});
            return watched_.lost(no_answer(*hangs), kExitUnavailable);
        }
        const char* doing = pulse_->doing;
        return watched_.lost(
            {ErrorKind::busy, std::string("out of time") + (doing ? doing : "") + "; --timeout allows more"},
            kExitBusy);
    }
    static int die_of(int number) {
        ::signal(number, SIG_DFL);
        ::raise(number);
        return kExitInternal;
    }
    int end_of(const Copy& copy) {
        if (WIFSIGNALED(copy.status()) && interrupted != 0) return die_of(WTERMSIG(copy.status()));
        const int code = copy.code();
        if (!failed_reading(code)) return code;
        const int failing = pulse_->failing;
        const std::string why = pulse_->failure.data();
        if (failing > 0 && several() && (pulse_->quiet || pulse_->written)) {
            const auto& index = options_.indexes[static_cast<std::size_t>(failing) - 1];
            return leave_out(index, cannot_be_read(index, why));
        }
        if (!pulse_->quiet || pulse_->written) return code;
        const auto before = Clock::now();
        if (!find_failing()) only_loud_ = true;
        time_ += std::chrono::duration_cast<milliseconds>(Clock::now() - before);
        return kAgain;
    }

    /// Asks each index alone, to leave out those of which that fails; whether there are such.
    bool find_failing() {
        struct Alone {
            explicit Alone(const Options& given) : options(given) {}
            Options options;
            SharedPulse pulse{};
            std::unique_ptr<Copy> copy{};
        };
        std::vector<std::unique_ptr<Alone>> all;
        const bool putting = pulse_->doing != nullptr;  // to put them together more is read
        for (const fs::path& index : options_.indexes) {
            if (left_out_.contains(index)) continue;
            all.push_back(std::make_unique<Alone>(options_));
            Alone& alone = *all.back();
            alone.options.indexes = {index};
            alone.pulse->quiet = true;
            alone.pulse->begin = pulse_->begin.load();
            alone.copy = std::make_unique<Copy>([&] {
                const UniqueFd nothing(::open("/dev/null", O_RDWR | O_CLOEXEC));
                for (const int own : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) ::dup2(nothing.get(), own);
                reader::set_pulse(*alone.pulse);
                const int code = watched_.body(alone.options);
                if (failed_reading(code) || !putting) return code;
                const auto read = reader::read_tables(index);
                if (!read) alone.pulse->fail(read.error().message);
                return read ? code : static_cast<int>(exit_code(read.error().kind));
            });
        }
        bool found = false;
        const auto end = Clock::now() + (limit_.count() == 0 ? kPatience : std::max(kLeast, (limit_ - time_) / 2));
        for (const auto& alone : all) {
            if (!alone->copy->made()) continue;
            while (!alone->copy->has_ended() && Clock::now() < end) ::usleep(1000);
            if (!alone->copy->has_ended() || !failed_reading(alone->copy->code())) continue;
            const auto& index = alone->options.indexes.front();
            leave_out(index, cannot_be_read(index, alone->pulse->failure.data()));
            found = true;
        }
        return found;
    }

    const Options& options_;
    const Watched& watched_;
    const milliseconds limit_, patience_;
    SharedPulse pulse_;
    reader::Sources::Absent left_out_;
    milliseconds time_{0};  ///< that was used up
    int since_interrupt_ = 0;
    bool only_loud_ = false;  ///< what failed is told by the next attempt
};

}  // namespace

bool is_watched(const Options& options, bool one) {
    return (one && options.indexes.size() > 1) || std::ranges::any_of(options.indexes, reader::lies_elsewhere);
}

int run_watched(const Options& options, const Watched& watched) { return Watch(options, watched).run(); }

bool leaves_it_to_the_watch(const Error& error) {
    auto& pulse = reader::pulse();
    if (!pulse.quiet || pulse.written || !failed_reading(exit_code(error.kind))) return false;
    pulse.fail(error.message);
    const auto& folders = watched_folders();
    for (std::size_t i = 0; i < folders.size(); ++i)
        if (!folders[i].empty() && error.message.find('\'' + folders[i]) != std::string::npos)
            pulse.failing = static_cast<int>(i) + 1;
    return true;
}

}  // namespace patchseek

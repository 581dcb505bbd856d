// SPDX-License-Identifier: GPL-2.0-or-later
#include "helper.hpp"

#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <cstring>
#include <exception>
#include <new>
#include <utility>

#include "patchseek/base/binary.hpp"
#include "supervisor.hpp"

namespace patchseek::sandbox {
namespace {

constexpr const char* kLate = "took too long";

// How an answer ends.
constexpr std::string_view kGood = "+", kNoMemory = "m", kFault = "-";

// By the clock a call may take so much more than of the processor; then the helper ends itself, and a little later,
// should it not, the other side ends it.
constexpr std::chrono::seconds kClock{60}, kGrace{5};

void limit_time(int timer, std::int64_t seconds) {
    const itimerval value{{0, 0}, {seconds, 0}};
    ::setitimer(static_cast<__itimer_which_t>(timer), &value, nullptr);
}

// Of the processor and by the clock: a read may hang for ever without work.
void limit_time(std::int64_t seconds) {
    limit_time(ITIMER_PROF, seconds);
    limit_time(ITIMER_REAL, seconds + kClock.count());
}

bool answer(int socket, std::shared_ptr<void>& state, const Frame& frame) {
    BinaryReader from(frame.bytes);
    const auto seconds = from.varint();
    const auto service = from.raw<Service>();
    std::vector<int> open;
    for (const UniqueFd& fd : frame.descriptors) open.push_back(fd.get());
    limit_time(static_cast<std::int64_t>(seconds));
    std::string text;
    std::string_view ending = kGood;
    try {
        text = service(state, from.bytes(from.left()), open);
    } catch (const std::bad_alloc&) {
        ending = kNoMemory;
    } catch (const std::exception& exception) {
        ending = kFault;
        text = exception.what();
    }
    limit_time(ITIMER_REAL, 0);
    if (text.size() + ending.size() > kLongestFrame) return send_frame(socket, {}, kNoMemory);
    return send_frame(socket, text, ending);
}

Error how_ended(int status) {
    const int number = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
    if (number == SIGPROF) return {ErrorKind::data, kLate};
    if (number == SIGALRM || number == SIGKILL) return {ErrorKind::busy, kLate};
    if (number == 0) return {ErrorKind::data, "ended too early"};
    return {ErrorKind::data, "ended by signal " + std::to_string(number) + " (" + ::strsignal(number) + ")"};
}

Error no_memory(const Rights& rights) {
    return {ErrorKind::data, "took more than " + std::to_string(rights.memory >> 20) + " MiB of memory"};
}

}  // namespace

void serve(int socket) {
    for (const int number : {SIGALRM, SIGPROF}) ::signal(number, SIG_DFL);
    std::shared_ptr<void> state;
    for (;;) {
        Frame frame;
        if (receive_frame(socket, frame) != Received::frame) ::_exit(0);
        if (!answer(socket, state, frame)) ::_exit(0);
    }
}

Helper::Helper(Helper&& other) noexcept
    : service_(other.service_),
      rights_(std::move(other.rights_)),
      state_(std::move(other.state_)),
      socket_(std::move(other.socket_)),
      process_(std::exchange(other.process_, 0)),
      ends_(other.ends_),
      late_(other.late_) {}

Helper& Helper::operator=(Helper&& other) noexcept {
    end();
    service_ = other.service_;
    rights_ = std::move(other.rights_);
    state_ = std::move(other.state_);
    socket_ = std::move(other.socket_);
    process_ = std::exchange(other.process_, 0);
    ends_ = other.ends_;
    late_ = other.late_;
    return *this;
}

Helper::~Helper() { end(); }

void Helper::end() noexcept {
    socket_ = UniqueFd();
    if (process_ != 0) supervisor::end(process_);
    process_ = 0;
}

void Helper::may_read(const std::filesystem::path& path) {
    if (std::ranges::find(rights_.readable, path) != rights_.readable.end()) return;
    rights_.readable.push_back(path);
    end();
}

Result<Done> Helper::begin() {
    auto made = supervisor::make(rights_);
    if (!made) return made.error();
    process_ = made->id;
    socket_ = std::move(made->socket);
    return Done{};
}

Error Helper::ended() {
    socket_ = UniqueFd();
    const int status = supervisor::end(std::exchange(process_, 0));
    Error error = how_ended(status);
    ++ends_;
    late_ += error.message == kLate;
    return error;
}

Result<std::string> Helper::call(std::string_view request, std::span<const int> open, std::chrono::seconds most) {
    if (!supervisor::is_running()) return service_(state_, request, open);
    if (ends_ >= kMostEnds || late_ >= kMostLate) return Error{ErrorKind::data, "ended too often"};
    if (process_ == 0)
        if (auto begun = begin(); !begun) return begun.error();
    std::string head;
    BinaryWriter to(head);
    to.varint(static_cast<std::uint64_t>(most.count()));
    to.raw(service_);
    Frame reply;
    if (!send_frame(socket_.get(), head, request, open)) return ended();
    if (receive_frame(socket_.get(), reply, most + kClock + kGrace) != Received::frame) return ended();
    if (reply.bytes.empty()) return ended();
    const char ending = reply.bytes.back();
    reply.bytes.pop_back();
    if (ending == kNoMemory.front()) return no_memory(rights_);
    if (ending == kFault.front()) return Error{ErrorKind::data, "failed: " + reply.bytes};
    return ending == kGood.front() ? Result<std::string>(std::move(reply.bytes)) : ended();
}

}  // namespace patchseek::sandbox
